using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.All;

/// <summary>All settings on one page: what each does, its default, what it is now, where that is from and who set it.</summary>
[Reads(Area.Settings)]
internal sealed class SettingsOverviewController(SettingsCatalog catalog, IMachineSettings machine) : PortalController
{
    [HttpGet("/admin/settings")]
    public async Task<IActionResult> Show(string? search, CancellationToken cancellation)
    {
        string? words = new PageRequest(search: search).Search;
        var sections = (await catalog.ReadAsync(cancellation))
            .Select(section => section with { Rows = [.. section.Rows.Where(row => Has(T[row.Name]) || Has(T[row.What])
                || Has(T[section.Title]))] })
            .Where(section => section.Rows.Count > 0);
        var settings = machine.All.Where(setting => Has(setting.Name) || Has(setting.What)).GroupBy(setting => setting.Section);
        return View("SettingsOverview", new SettingsOverview(words, [.. sections], [.. settings]));

        bool Has(string text) => words is null || text.Contains(words, StringComparison.CurrentCultureIgnoreCase);
    }
}
