using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Settings.Retention;

/// <summary>What it is, and what of it.</summary>
internal sealed record KeptWords(Phrase Name, Phrase What);

/// <summary>How long everything is kept: set in the configuration, so that no stolen sign-in shortens it.</summary>
[Reads(Area.Settings), Route("/admin/settings/retention")]
internal sealed class RetentionController(KeptQueries kept) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation) =>
        View("Retention", await kept.ReadAsync(cancellation));

    internal static KeptWords Words(Kept kind) => kind switch
    {
        Kept.Sessions => new("Sessions", "who is signed in, and where"),
        Kept.Links => new("Links by mail", "to sign in, sign up, join a team, or reset a password"),
        Kept.SignIns => new("Sign-ins", "attempts too, with address and browser"),
        Kept.Tokens => new("API tokens", "after they are revoked"),
        Kept.Connections => new("Connection log", "single connections, with their destinations"),
        Kept.UsageByMinutes => new("Traffic by five minutes", "by proxy user"),
        Kept.UsageByHour => new("Traffic by hour", "by proxy user; connections by hour too"),
        Kept.UsageByDay => new("Traffic by day", "by proxy user"),
        Kept.Destinations => new("Top destinations", "hosts with the most traffic, by proxy user and day"),
        Kept.Quotas => new("Traffic of accounts by day", "for quotas and forecasts"),
        Kept.Mails => new("Mail", "with its text"),
        Kept.Webhooks => new("Webhooks", "deliveries to your customers and you"),
        Kept.GatewayDeliveries => new("Gateway deliveries", "what payment gateways sent, once it is handled"),
        Kept.Imports => new("Imports", "files that nobody imported"),
        Kept.JobRuns => new("Runs of jobs", "those that failed"),
        Kept.Backups => new("Runs of backups", "and drills, after their files are removed"),
        Kept.Health => new("Health and alerts", "check history and sent alerts"),
        Kept.Audit => new("Audit log", "who changed what"),
        Kept.Workings => new("Workings", "what servers and jobs need among themselves"),
    };
}
