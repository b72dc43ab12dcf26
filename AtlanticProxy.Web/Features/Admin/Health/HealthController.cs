using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Health;

/// <summary>All checks of this node, and what other nodes say.</summary>
/// <param name="Looks">The worst first, and the longest of those.</param>
/// <param name="Others">What is not well on other nodes.</param>
/// <param name="Days">The last ones of each check.</param>
/// <param name="LastTurn">When checks last looked; null: none has.</param>
internal sealed record HealthPage(
    IReadOnlyList<CheckLook> Looks, IReadOnlyList<CheckLook> Others,
    IReadOnlyDictionary<string, IReadOnlyList<HealthDay>> Days, IReadOnlyList<MuteSummary> Mutes, DateTimeOffset? LastTurn,
    DateTimeOffset Now)
{
    /// <summary>Without a turn for longer, what is shown is old.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public IEnumerable<CheckLook> Failing => Looks.Where(look => look.State != HealthState.Healthy);

    public bool HasStopped => LastTurn is { } turn && Now - turn > LongestPause;

    public bool IsMuted(string check) => Mutes.Any(mute =>
        (mute.Check is null || mute.Check == check) && mute.From <= Now && Now < mute.Until);
}

/// <summary>One check.</summary>
/// <param name="Look">Null where this node does not make it.</param>
/// <param name="Uptime">By days back: its share of healthy time.</param>
internal sealed record CheckPage(
    string Check, CheckLook? Look, IReadOnlyList<HealthPeriod> History, IReadOnlyList<HealthDay> Days,
    IReadOnlyList<(int Days, double? Share)> Uptime, MuteSummary? Mute, DateTimeOffset Now);

/// <param name="Check">Null: all of them.</param>
/// <param name="Hours">From now; else from and until.</param>
internal sealed record MuteForm(string? Check, int? Hours, string? From, string? Until, string? Note);

/// <summary>What is broken, since when, why, and what to do.</summary>
[Reads(Area.Operations), Route(Path)]
internal sealed class HealthController(IHealthLooks looks, HealthQueries queries, HealthBars bars, TimeProvider time)
    : PortalController
{
    public const string Path = "/admin/health";

    /// <summary>Rows of a check's history.</summary>
    private const int Periods = 100;

    private static readonly int[] UptimeDays = [1, 7, 30, 90];

    [HttpGet]
    public async Task<IActionResult> Show(CancellationToken cancellation) => View("Health", await PageAsync(cancellation));

    [HttpGet("now"), AsksByItself]
    public async Task<IActionResult> Now(CancellationToken cancellation) =>
        PartialView("_Now", await PageAsync(cancellation));

    [HttpGet("checks/{check}")]
    public async Task<IActionResult> Check(string check, CancellationToken cancellation)
    {
        var look = looks.Current.FirstOrDefault(look => look.Check == check);
        var history = await queries.HistoryAsync(check, Periods, cancellation);
        if (look is null && history.Count == 0)
            return NotFound();
        var uptime = new List<(int, double?)>();
        foreach (int days in UptimeDays)
            uptime.Add((days,
                (await queries.UptimeAsync(TimeSpan.FromDays(days), cancellation, check)).GetValueOrDefault(check)));
        var now = time.GetUtcNow();
        var mute = (await queries.MutesAsync(cancellation))
            .Find(mute => (mute.Check is null || mute.Check == check) && mute.From <= now);
        return View("Check", new CheckPage(check, look, history,
            (await bars.CurrentAsync(cancellation)).Days.GetValueOrDefault(check) ?? [], uptime, mute, now));
    }

    [HttpPost("again"), Writes(Area.Operations)]
    public IActionResult Again()
    {
        looks.LookAgain();
        return RedirectSaying(Path, "All checks are running again.");
    }

    [HttpPost("mutes"), Writes(Area.Operations)]
    public async Task<IActionResult> Mute(MuteForm form, [FromServices] MuteHealth mute, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var from = form.Hours is null ? InstantOf(nameof(form.From), form.From) : null;
        var until = form.Hours is { } hours ? now.AddHours(Math.Clamp(hours, 1, (int)MuteHealth.Longest.TotalHours))
            : InstantOf(nameof(form.Until), form.Until);
        if (ModelState.IsValid && until is null)
            Refuse(nameof(form.Until), "Give an end, such as 2026-12-24T18:00.");
        string? check = string.IsNullOrEmpty(form.Check) ? null : form.Check;
        if (check is not null && looks.Current.All(look => look.Check != check))
            return NotFound();
        string back = check is null ? Path : HrefOf(check);
        async Task<IActionResult> AgainAsync() => View("Health", await PageAsync(cancellation));
        if (!ModelState.IsValid)
            return await RetryAsync(AgainAsync);
        return await AnswerAsync(
            await mute.ExecuteAsync(new(check, from, until!.Value, form.Note ?? ""), cancellation),
            _ => RedirectSaying(back, check is null
                ? (Phrase)"Maintenance is planned. Alerts are paused until it ends."
                : $"{HealthWords.Title(check)} is muted. Its alerts are paused."),
            AgainAsync);
    }

    [HttpPost("mutes/{id:long}/end"), Writes(Area.Operations)]
    public async Task<IActionResult> EndMute(long id, [FromServices] EndMute end, CancellationToken cancellation) => Answer(
        await end.ExecuteAsync(new(id), cancellation),
        ended => RedirectSaying(Path, ended
            ? "Ended. Alerts are sent again."
            : "No changes: it had ended before."));

    public static string HrefOf(string check) => $"{Path}/checks/{Uri.EscapeDataString(check)}";

    private async Task<HealthPage> PageAsync(CancellationToken cancellation)
    {
        var now = looks.Current;
        var others = now.Count == 0 ? [] : await queries.OfOthersAsync(now[0].Node, cancellation);
        return new HealthPage(
            [.. now.OrderByDescending(look => look.State).ThenBy(look => look.FailingSince ?? DateTimeOffset.MaxValue)],
            [.. others.Where(look => look.State != HealthState.Healthy)], (await bars.CurrentAsync(cancellation)).Days,
            await queries.MutesAsync(cancellation), looks.LastTurn, time.GetUtcNow());
    }
}
