using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Features.Admin.Health;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Status;

/// <summary>A part of the service in customers' words.</summary>
/// <param name="State">Null: not known.</param>
/// <param name="Healthy">Its share of the last days' known time; null: nothing is known.</param>
internal sealed record StatusComponent(Phrase Name, HealthState? State, IReadOnlyList<HealthDay> Days, double? Healthy);

internal sealed record StatusPage(IReadOnlyList<StatusComponent> Components, DateTimeOffset Now)
{
    /// <summary>Null: nothing is known.</summary>
    public HealthState? Worst => Components.Max(component => component.State);
}

/// <summary>Whether it is the service or whoever asks. Anybody may look, and it does without the database.</summary>
[AllowAnonymous]
internal sealed class StatusController(IHealthLooks looks, HealthBars bars, TimeProvider time) : PortalController
{
    /// <summary>What each is made of. Alarms that no customer feels (the disk, reconciliation) are in none.</summary>
    private static readonly (Phrase Name, string[] Checks)[] Parts =
    [
        ("Proxy", ["engine", "event loops", "listeners"]),
        ("Exits", ["providers", "names"]),
        ("Portal", ["database", "schema"]),
        ("Payments and mail", ["jobs", "payment gateways", "mail server", "outbox"]),
    ];

    [HttpGet("/status"), WithoutDatabase]
    public async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var now = looks.Current.ToDictionary(look => look.Check, look => look.State, StringComparer.Ordinal);
        var known = await bars.CurrentAsync(cancellation);
        return View("Status", new StatusPage([.. Parts.Select(part => new StatusComponent(
            part.Name,
            part.Checks.Where(now.ContainsKey).Select(check => (HealthState?)now[check]).DefaultIfEmpty(null).Max(),
            WorstOf([.. part.Checks.Select(check => known.Days.GetValueOrDefault(check)).OfType<IReadOnlyList<HealthDay>>()]),
            part.Checks.Select(check => known.Uptime.GetValueOrDefault(check)).Min()))], time.GetUtcNow()));
    }

    /// <summary>Each day as the worst of them.</summary>
    internal static IReadOnlyList<HealthDay> WorstOf(IReadOnlyList<IReadOnlyList<HealthDay>> checks) => checks.Count == 0 ? []
        : [.. Enumerable.Range(0, checks.Min(days => days.Count)).Select(at => new HealthDay(
            checks[0][at].Day, checks.Max(days => days[at].Worst), checks.Max(days => days[at].Failing)))];
}
