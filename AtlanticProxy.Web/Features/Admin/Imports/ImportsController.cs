using System.Text;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Imports;

internal sealed record ImportsPage(Page<ImportSummary> Imports, Listing Listing);

/// <summary>Customers who move in from another panel: files, and the first step of each.</summary>
[Authorize(Policies.Owners), Route(Path)]
internal sealed class ImportsController(ImportQueries imports) : PortalController
{
    public const string Path = "/admin/import";

    /// <summary>Every field, and two lines that show how a customer has several proxy users.</summary>
    private static readonly string Template = string.Join("\r\n",
        string.Join(',', Enum.GetValues<ImportField>().Where(field => field != ImportField.Ignored).Select(ImportMapping.NameOf)),
        "ann@example.com,Ann Example,Example GmbH,DE,Personal,ann1,present-password-1,12.50,EUR,4.5,2027-01-31,\"moved, vip\"",
        "ann@example.com,,,,,ann2,present-password-2,,,,,", "");

    [HttpGet]
    public Task<IActionResult> List(CancellationToken cancellation, int page = 1) => ListAsync(page, cancellation);

    [HttpGet("template")]
    public IActionResult DownloadTemplate() =>
        File(Encoding.UTF8.GetBytes(Template), "text/csv; charset=utf-8", "customers.csv");

    [HttpPost]
    public async Task<IActionResult> Open(IFormFile? file, [FromServices] OpenImport open, CancellationToken cancellation)
    {
        if (file is null)
        {
            Refuse("File", "Choose a CSV file.");
            return await RetryAsync(() => ListAsync(1, cancellation));
        }
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation);
        return await AnswerAsync(await open.ExecuteAsync(new(file.FileName, bytes.ToArray()), cancellation),
            id => LocalRedirect($"{Path}/{id}"), () => ListAsync(1, cancellation));
    }

    private async Task<IActionResult> ListAsync(int page, CancellationToken cancellation)
    {
        var found = await imports.ListAsync(new PageRequest(page), cancellation);
        return View("List", new ImportsPage(found, new Listing(Path, null, found.Number, found.Size, found.Total, "")));
    }
}
