using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>What is told of: a check on a node, or one of the whole cluster, whose node is empty.</summary>
internal sealed record AlertSubject(long Channel, string Node, string Check)
{
    public static AlertSubject Of(long channel, CheckLook look) => new(channel, look.OfCluster ? "" : look.Node, look.Check);
}

/// <summary>Whose it is to tell of what every node finds.</summary>
internal enum AlertTurn
{
    Mine,

    /// <summary>Another node is at it, or was: it is asked again.</summary>
    Others,

    /// <summary>Another node has told.</summary>
    Told,
}

/// <summary>What of alerts is in the database.</summary>
public sealed class AlertBook(IServiceScopeFactory scopes, DataOptions<AtlanticDb> database, TimeProvider time)
{
    /// <summary>A node that has taken its turn and has not told for so long, is gone. Seconds.</summary>
    private const int StaleSeconds = 120;

    /// <param name="Told">What was told last of each, before this process began; read once.</param>
    internal sealed record Knowledge(
        IReadOnlyList<AlertRoute> Routes, IReadOnlyList<HealthMute> Mutes,
        IReadOnlyList<(AlertSubject Subject, AlertTold Told)> Told)
    {
        public static readonly Knowledge Nothing = new([], [], []);
    }

    /// <param name="recall">With what was told last.</param>
    internal async Task<Knowledge> ReadAsync(bool recall, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AtlanticDb>();
        var box = scope.ServiceProvider.GetRequiredService<SecretBox>();
        var channels = await db.AlertChannels.ToListAsync(cancellation);
        var now = time.GetUtcNow();
        var mutes = await db.HealthMutes.Where(mute => mute.EndsAt > now).ToListAsync(cancellation);
        var from = await scope.ServiceProvider.GetRequiredService<MailSender>().FindAsync(cancellation);
        var mail = channels.Exists(channel => channel.Kind == AlertKind.Mail)
            ? await scope.ServiceProvider.GetRequiredService<SmtpSessions>().WayAsync(cancellation) : null;
        return new Knowledge(
            [.. channels.Select(channel => new AlertRoute(channel,
                channel.SecretSealed is { } secret ? box.Open(secret, SecretPlace.AlertSecret(channel.Id)) : "", mail, from))],
            mutes, recall ? await RecallAsync(db, cancellation) : []);
    }

    private static async Task<List<(AlertSubject, AlertTold)>> RecallAsync(AtlanticDb db, CancellationToken cancellation)
    {
        var rows = await db.QueryAsync<Recalled>($"""
            select distinct on (channel_id, node, check_name) channel_id, node, check_name, news, state, sent_at,
                max(sent_at) filter (where news = 'failure') over (partition by channel_id, node, check_name) as failure_at
            from alerts where sent_at is not null order by channel_id, node, check_name, sent_at desc, id desc
            """, cancellation);
        return [.. rows.Select(row => (new AlertSubject(row.ChannelId, row.Node, row.CheckName),
            new AlertTold(row.News, row.State, row.SentAt, row.FailureAt ?? row.SentAt)))];
    }

    /// <summary>
    /// Of a check that every node makes, one node tells: whoever is first, and another when that one has not told in time. By
    /// the database's clock.
    /// </summary>
    internal async Task<AlertTurn> TakeTurnAsync(
        AlertChannel channel, CheckLook look, AlertNews news, CancellationToken cancellation)
    {
        await using var db = new AtlanticDb(database);
        string word = WordOf(news), state = look.State.ToString().ToLowerInvariant();
        // A reminder is another one when half of its time has passed: nodes do not count it from the same moment.
        int again = news == AlertNews.Reminder ? channel.RemindMinutes * 60 / 2 : int.MaxValue;
        var row = (await db.QueryAsync<Turn>($"""
            with taken as (
                insert into alert_turns as t (channel_id, check_name, node, news, state, taken_at)
                values ({channel.Id}, {look.Check}, {look.Node}, {word}, {state}, now())
                on conflict (channel_id, check_name) do update set node = excluded.node, news = excluded.news,
                    state = excluded.state, taken_at = now(), told_at = null
                where t.node = excluded.node or t.news <> excluded.news or t.state <> excluded.state
                    or (t.told_at is null and t.taken_at < now() - make_interval(secs => {StaleSeconds}))
                    or extract(epoch from now() - t.taken_at) >= {again}
                returning 1)
            select exists (select from taken) as mine,
                exists (select from alert_turns t where t.channel_id = {channel.Id} and t.check_name = {look.Check}
                    and t.told_at is not null) as told
            """, cancellation)).Single();
        return row.Mine ? AlertTurn.Mine : row.Told ? AlertTurn.Told : AlertTurn.Others;
    }

    /// <summary>Notes what was told, or could not be; answers the row's id.</summary>
    internal async Task<long> NoteAsync(Alert alert, CheckLook look, CancellationToken cancellation)
    {
        await using var db = new AtlanticDb(database);
        if (alert.Id == 0)
            alert.Id = await db.InsertWithInt64IdentityAsync(alert, token: cancellation);
        else
            await db.UpdateIfChangedAsync(alert, cancellation);
        if (look.OfCluster && alert.SentAt is not null)
            await db.ExecuteSqlAsync($"""
                update alert_turns set told_at = now()
                where channel_id = {alert.ChannelId} and check_name = {look.Check} and node = {look.Node}
                """, cancellation);
        return alert.Id;
    }

    private static string WordOf(AlertNews news) => news.ToString().ToLower(CultureInfo.InvariantCulture);

    private sealed record Recalled(
        long ChannelId, string Node, string CheckName, AlertNews News, HealthState State, DateTimeOffset SentAt,
        DateTimeOffset? FailureAt);

    private sealed record Turn(bool Mine, bool Told);
}
