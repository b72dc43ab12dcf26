using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>
/// Tells whom there is to tell, as soon as a check of this node wants it. It keeps in memory what it needs for that: that the
/// database is away must be told, too. Each channel has a task of its own: one that does not answer keeps no other waiting.
/// </summary>
public sealed partial class AlertKeeping(
    IHealthLooks looks, AlertBook book, AlertPosting posting, TimeProvider time, ILogger<AlertKeeping> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How late a changed channel is heeded.</summary>
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);

    /// <summary>Between tries to tell a channel that does not take it: from the first to the last of them.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>How often the first pause is doubled before it is longer than the longest.</summary>
    private const int MostDoublings = 6;

    /// <summary>For a statement, and until the next try where the database did not answer: alerts must not wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Away = TimeSpan.FromSeconds(10);

    private readonly Dictionary<AlertSubject, AlertTold> _told = [];
    private readonly Dictionary<AlertSubject, Pending> _pending = [];
    private readonly Dictionary<long, Task> _running = [];
    private AlertBook.Knowledge _known = AlertBook.Knowledge.Nothing;
    private bool _hasRecalled;
    private DateTimeOffset? _read;
    private DateTimeOffset _awayUntil;

    /// <param name="Tries">That failed.</param>
    /// <param name="Row">Of <c>alerts</c>; 0 while it has none.</param>
    private sealed record Pending(AlertNews News, DateTimeOffset DecidedAt, int Tries, DateTimeOffset NextTry, long Row);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            _ = await TurnAsync(cancellation);
            await Task.Delay(Interval, time, cancellation);
        }
    }

    /// <summary>Looks once whether there is something to tell, and begins to tell it.</summary>
    /// <returns>Ends when all of it is told, or was tried.</returns>
    internal async Task<Task> TurnAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_read is not { } read || now - read >= Reading)
            await ReadAsync(now, cancellation);
        var known = _known;
        foreach (var route in known.Routes)
            if (!_running.TryGetValue(route.Channel.Id, out var running) || running.IsCompleted)
                _running[route.Channel.Id] = TellAsync(route, known.Mutes, looks.Current, cancellation);
        return Task.WhenAll(_running.Values);
    }

    private async Task TellAsync(
        AlertRoute route, IReadOnlyList<HealthMute> mutes, IReadOnlyList<CheckLook> current, CancellationToken cancellation)
    {
        foreach (var look in current)
        {
            try
            {
                if (!await TellAsync(route, mutes, look, cancellation))
                    return; // It does not take this one: the others would wait in vain, too.
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return; // The orderly end.
            }
            catch (Exception fault)
            {
                LogFault(fault, route.Channel.Name, look.Check);
            }
        }
    }

    /// <returns>False: the channel did not take it.</returns>
    private async Task<bool> TellAsync(
        AlertRoute route, IReadOnlyList<HealthMute> mutes, CheckLook look, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var subject = AlertSubject.Of(route.Channel.Id, look);
        var (told, pending) = Of(subject);
        bool muted = mutes.Any(mute => (mute.CheckName is null || mute.CheckName == look.Check)
            && mute.BeginsAt <= now && now < mute.EndsAt);
        if (AlertRules.Due(route.Channel, look, told, muted, now) is not { } news)
        {
            Drop(subject);
            return true;
        }
        if (pending is null || pending.News != news)
            pending = new Pending(news, now, 0, now, 0);
        if (pending.NextTry > now)
            return true;
        if (look.OfCluster)
        {
            var turn = await AskAsync(stop => book.TakeTurnAsync(route.Channel, look, news, stop), AlertTurn.Mine, cancellation);
            if (turn == AlertTurn.Told)
                Told(subject, news, look, told, now); // by another node
            if (turn != AlertTurn.Mine)
                return true;
        }
        return await SendAsync(route, subject, look, pending, told, cancellation);
    }

    private async Task<bool> SendAsync(
        AlertRoute route, AlertSubject subject, CheckLook look, Pending pending, AlertTold? told, CancellationToken cancellation)
    {
        var facts = AlertFacts.Of(pending.News, look, route.From);
        var sent = await posting.SendAsync(route, facts, AlertFacts.IncidentOf(look, route.From), cancellation);
        var now = time.GetUtcNow();
        if (sent.IsTold)
        {
            LogTold(route.Channel.Name, AlertText.Summary(facts));
            Told(subject, pending.News, look, told, now); // before it is written down: that may fail
        }
        else if (pending.Tries == 0)
            LogNotTold(route.Channel.Name, AlertText.Summary(facts), sent.Problem);
        long row = await AskAsync(stop => book.NoteAsync(new Alert
        {
            Id = pending.Row, ChannelId = subject.Channel, Node = subject.Node, CheckName = subject.Check, News = pending.News,
            State = facts.State, Words = facts.Words, Since = facts.Since, DecidedAt = pending.DecidedAt,
            SentAt = sent.IsTold ? now : null, Problem = sent.Problem,
        }, look, stop), pending.Row, cancellation);
        if (!sent.IsTold)
            Wait(subject, pending with
            {
                Tries = pending.Tries + 1, Row = row,
                NextTry = now + Min(FirstPause * Math.Pow(2, Math.Min(pending.Tries, MostDoublings)), LongestPause),
            });
        return sent.IsTold;
    }

    private async Task ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        if (await AskAsync<AlertBook.Knowledge?>(async stop => await book.ReadAsync(!_hasRecalled, stop), null, cancellation)
            is not { } known)
            return;
        if (!_hasRecalled)
            lock (_told)
                foreach (var (subject, told) in known.Told)
                    _told.TryAdd(subject, told);
        (_known, _hasRecalled, _read) = (known, true, now);
    }

    /// <summary>While the database is away, or refuses, what is known goes on to hold.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> work, T otherwise, CancellationToken cancellation)
    {
        if (time.GetUtcNow() < _awayUntil)
            return otherwise;
        try
        {
            return await DatabaseOutage.AskAsync(Patience, time, work, cancellation);
        }
        catch (Npgsql.NpgsqlException fault)
        {
            _awayUntil = time.GetUtcNow() + Away;
            LogDatabaseAway(fault.Message);
            return otherwise;
        }
    }

    private void Told(AlertSubject subject, AlertNews news, CheckLook look, AlertTold? before, DateTimeOffset now)
    {
        lock (_told)
        {
            _told[subject] = AlertTold.After(before, news, look.State, now);
            _pending.Remove(subject);
        }
    }

    private (AlertTold? Told, Pending? Pending) Of(AlertSubject subject)
    {
        lock (_told)
            return (_told.GetValueOrDefault(subject), _pending.GetValueOrDefault(subject));
    }

    private void Wait(AlertSubject subject, Pending pending)
    {
        lock (_told)
            _pending[subject] = pending;
    }

    private void Drop(AlertSubject subject)
    {
        lock (_told)
            _pending.Remove(subject);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(2800, LogLevel.Information, "Told {Channel}: {What}")]
    private partial void LogTold(string channel, string what);

    [LoggerMessage(2801, LogLevel.Warning, "{Channel} was not told: {What}. It is tried again. {Problem}")]
    private partial void LogNotTold(string channel, string what, string problem);

    [LoggerMessage(2802, LogLevel.Debug, "The database is away, or refuses: alerts go on with what is known. {Problem}")]
    private partial void LogDatabaseAway(string problem);

    [LoggerMessage(2803, LogLevel.Error, "Telling {Channel} of {Check} failed by itself")]
    private partial void LogFault(Exception fault, string channel, string check);
}
