using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>
/// Tells whom there is to tell, as soon as a check of this node wants it. It keeps in memory what it needs for that: that the
/// database is away must be told, too.
/// </summary>
public sealed partial class AlertKeeping : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How late a changed channel is heeded.</summary>
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);

    /// <summary>Between tries to tell a channel that does not take it: from the first to the last of them.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>For a statement, and until the next try where the database did not answer: alerts must not wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Away = TimeSpan.FromSeconds(10);

    private readonly IHealthLooks _looks;
    private readonly IServiceScopeFactory _scopes;
    private readonly DataOptions<AtlanticDb> _database;
    private readonly AlertPosting _posting;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<Subject, AlertTold> _told = [];
    private readonly Dictionary<Subject, Pending> _pending = [];
    private IReadOnlyList<AlertRoute> _routes = [];
    private IReadOnlyList<HealthMute> _mutes = [];
    private SmtpSession? _mail;
    private DateTimeOffset? _read;
    private DateTimeOffset _awayUntil;

    public AlertKeeping(
        IHealthLooks looks, IServiceScopeFactory scopes, DataOptions<AtlanticDb> database, AlertPosting posting,
        TimeProvider time, ILogger<AlertKeeping> log) =>
        (_looks, _scopes, _database, _posting, _time, _log) = (looks, scopes, database, posting, time, log);

    private sealed record Subject(long Channel, string Node, string Check);

    /// <param name="Tries">That failed.</param>
    /// <param name="Row">Of <c>alerts</c>; 0 while it has none.</param>
    private sealed record Pending(AlertNews News, DateTimeOffset DecidedAt, int Tries, DateTimeOffset NextTry, long Row);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await TurnAsync(cancellation);
            await Task.Delay(Interval, _time, cancellation);
        }
    }

    public void Dispose() => _mail?.Dispose();

    /// <summary>Looks once whether there is something to tell, and tells it.</summary>
    internal async Task TurnAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (_read is not { } read || now - read >= Reading)
            await WithDatabaseAsync(stop => ReadAsync(now, stop), cancellation);
        // Each channel by itself: one that does not answer keeps no other waiting.
        await Task.WhenAll(_routes.Select(route => TellAsync(route, _looks.Current, now, cancellation)));
    }

    private async Task TellAsync(
        AlertRoute route, IReadOnlyList<CheckLook> looks, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var look in looks)
        {
            var subject = new Subject(route.Channel.Id, look.Node, look.Check);
            var (told, pending) = Of(subject);
            bool muted = _mutes.Any(mute => (mute.CheckName is null || mute.CheckName == look.Check)
                && mute.BeginsAt <= now && now < mute.EndsAt);
            if (AlertRules.Due(route.Channel, look, told, muted, now) is not { } news)
            {
                Drop(subject);
                continue;
            }
            if (pending is null || pending.News != news)
            {
                if (look.OfCluster && !await TakeTurnAsync(subject, news, now, cancellation))
                {
                    Told(subject, news, look, told, now); // by another node
                    continue;
                }
                pending = new Pending(news, now, 0, now, 0);
            }
            if (pending.NextTry <= now)
                await SendAsync(route, subject, look, pending, told, cancellation);
        }
    }

    private async Task SendAsync(
        AlertRoute route, Subject subject, CheckLook look, Pending pending, AlertTold? told, CancellationToken cancellation)
    {
        string link = route.From.Portal.Length == 0
            ? "" : $"{route.From.Portal}/admin/health/checks/{Uri.EscapeDataString(look.Check)}";
        var since = pending.News == AlertNews.Restored ? look.Since : look.FailingSince ?? look.Since;
        var facts = new AlertFacts(
            pending.News, look.State, look.Node, look.Check, look.Words, since, route.From.Brand, link);
        string about = look.OfCluster ? look.Check : $"{look.Node}/{look.Check}";
        string? problem = await _posting.SendAsync(route, facts, about, cancellation);
        var now = _time.GetUtcNow();
        long row = pending.Row;
        await WithDatabaseAsync(
            async stop => row = await NoteAsync(subject, facts, pending, problem, now, stop), cancellation);
        if (problem is null)
        {
            LogTold(route.Channel.Name, AlertText.Summary(facts));
            Told(subject, pending.News, look, told, now);
            return;
        }
        if (pending.Tries == 0)
            LogNotTold(route.Channel.Name, AlertText.Summary(facts), problem);
        var pause = FirstPause * Math.Pow(2, Math.Min(pending.Tries, 10));
        lock (_told)
            _pending[subject] = pending with
            {
                Tries = pending.Tries + 1, NextTry = now + (pause < LongestPause ? pause : LongestPause), Row = row,
            };
    }

    private async Task<long> NoteAsync(
        Subject subject, AlertFacts facts, Pending pending, string? problem, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = new AtlanticDb(_database);
        var alert = new Alert
        {
            Id = pending.Row, ChannelId = subject.Channel, Node = subject.Node, CheckName = subject.Check, News = pending.News,
            State = facts.State, Words = facts.Words, Since = facts.Since, DecidedAt = pending.DecidedAt,
            SentAt = problem is null ? now : null, Problem = problem ?? "",
        };
        if (alert.Id == 0)
            return await db.InsertWithInt64IdentityAsync(alert, token: cancellation);
        await db.UpdateIfChangedAsync(alert, cancellation);
        return alert.Id;
    }

    /// <summary>Of a check that every node makes: whether this one is to tell. Without the database each does.</summary>
    private async Task<bool> TakeTurnAsync(Subject subject, AlertNews news, DateTimeOffset now, CancellationToken cancellation)
    {
        bool mine = true;
        // Others find it within seconds of each other; a day later it is another failure.
        var stale = now - TimeSpan.FromMinutes(2);
        string word = news.ToString().ToLowerInvariant();
        await WithDatabaseAsync(async stop =>
        {
            await using var db = new AtlanticDb(_database);
            mine = await db.ExecuteSqlAsync($"""
                insert into alert_turns as t (channel_id, check_name, news, taken_at)
                values ({subject.Channel}, {subject.Check}, {word}, {now})
                on conflict (channel_id, check_name) do update set news = excluded.news, taken_at = excluded.taken_at
                where t.news <> excluded.news or t.taken_at < {stale}
                """, stop) == 1;
        }, cancellation);
        return mine;
    }

    private async Task ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AtlanticDb>();
        var box = scope.ServiceProvider.GetRequiredService<SecretBox>();
        var channels = await db.AlertChannels.ToListAsync(cancellation);
        var mutes = await db.HealthMutes.Where(mute => mute.EndsAt > now).ToListAsync(cancellation);
        if (channels.Count > 0)
        {
            var from = await scope.ServiceProvider.GetRequiredService<MailSender>().FindAsync(cancellation);
            if (channels.Exists(channel => channel.Kind == AlertKind.Mail))
            {
                var mail = await scope.ServiceProvider.GetRequiredService<SmtpSessions>().OpenAsync(cancellation);
                _mail?.Dispose();
                _mail = mail;
            }
            _routes = [.. channels.Select(channel => new AlertRoute(channel,
                channel.SecretSealed is { } secret ? box.Open(secret, SecretPlace.AlertSecret(channel.Id)) : "", _mail, from))];
        }
        else
            _routes = [];
        if (_read is null)
            await RecallAsync(db, cancellation);
        (_mutes, _read) = (mutes, now);
    }

    /// <summary>What was told before this process began.</summary>
    private async Task RecallAsync(AtlanticDb db, CancellationToken cancellation)
    {
        foreach (var alert in await db.Alerts.Where(row => row.SentAt != null).OrderBy(row => row.DecidedAt)
            .ThenBy(row => row.Id).ToListAsync(cancellation))
        {
            var subject = new Subject(alert.ChannelId, alert.Node, alert.CheckName);
            _told[subject] = Next(_told.GetValueOrDefault(subject), alert.News, alert.State, alert.SentAt!.Value);
        }
    }

    private void Told(Subject subject, AlertNews news, CheckLook look, AlertTold? before, DateTimeOffset now)
    {
        lock (_told)
        {
            _told[subject] = Next(before, news, look.State, now);
            _pending.Remove(subject);
        }
    }

    private static AlertTold Next(AlertTold? before, AlertNews news, HealthState state, DateTimeOffset at) =>
        new(news, state, at, news == AlertNews.Failure ? at : before?.FailureAt ?? at);

    private (AlertTold? Told, Pending? Pending) Of(Subject subject)
    {
        lock (_told)
            return (_told.GetValueOrDefault(subject), _pending.GetValueOrDefault(subject));
    }

    private void Drop(Subject subject)
    {
        lock (_told)
            _pending.Remove(subject);
    }

    /// <summary>While the database is away, what is known goes on to hold.</summary>
    private async Task WithDatabaseAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        if (_time.GetUtcNow() < _awayUntil)
            return;
        try
        {
            await DatabaseOutage.AskAsync(Patience, _time, async stop =>
            {
                await work(stop);
                return true;
            }, cancellation);
        }
        catch (Exception fault) when (DatabaseOutage.Caused(fault))
        {
            _awayUntil = _time.GetUtcNow() + Away;
            LogDatabaseAway(fault.Message);
        }
    }

    [LoggerMessage(4300, LogLevel.Information, "Told {Channel}: {What}")]
    private partial void LogTold(string channel, string what);

    [LoggerMessage(4301, LogLevel.Warning, "{Channel} was not told: {What}. It is tried again. {Problem}")]
    private partial void LogNotTold(string channel, string what, string problem);

    [LoggerMessage(4302, LogLevel.Debug, "The database is away, alerts go on with what is known: {Problem}")]
    private partial void LogDatabaseAway(string problem);
}
