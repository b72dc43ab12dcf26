using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Webhooks;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Health.Alerts;

/// <summary>Whom to tell, as staff see it.</summary>
/// <param name="HasSecret">Whether an address, key or token is stored; it is not shown again.</param>
/// <param name="ToldAt">When it was last told something; null: never.</param>
/// <param name="Problem">Why the last thing could not be told; empty when it could.</param>
public sealed record AlertChannelSummary(
    long Id, AlertKind Kind, string Name, string Target, bool HasSecret, string Template, HealthState From, int AfterMinutes,
    int IntervalMinutes, int RemindMinutes, bool Enabled, DateTimeOffset? ToldAt, string Problem);

/// <summary>One thing that was told, or could not be.</summary>
public sealed record AlertSummary(
    string Channel, string Node, string Check, AlertNews News, HealthState State, string Words, DateTimeOffset At,
    DateTimeOffset? SentAt, string Problem);

/// <summary>Reads and writes whom to tell. Staff only.</summary>
public sealed class AlertChannels(AtlanticDb db, SecretBox box, WebhookOptions webhooks, TimeProvider time)
{
    /// <summary>Of all kinds together: each is told separately.</summary>
    public const int Most = 20;

    /// <summary>Characters.</summary>
    public const int MaxName = 60, MaxTarget = 500, MaxSecret = 2000, MaxTemplate = 4000;

    /// <summary>A day; and a week between reminders.</summary>
    public const int MaxMinutes = 24 * 60, MaxRemindMinutes = 7 * MaxMinutes;

    private static readonly Error NoSuchChannel = new(ErrorKind.NotFound, "alert_channel.not_found", "There is no such channel.");

    /// <param name="Secret">Null or empty: the stored one stays.</param>
    public sealed record Request(
        AlertKind Kind, string Name, string Target, string? Secret, string Template, HealthState From, int AfterMinutes,
        int IntervalMinutes, int RemindMinutes, bool Enabled)
    {
        /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(Request)} {{ {Name} }}";
    }

    public Task<List<AlertChannelSummary>> ListAsync(CancellationToken cancellation) => (
        from row in db.AlertChannels
        orderby row.Name, row.Id
        let last = db.Alerts.Where(alert => alert.ChannelId == row.Id).OrderByDescending(alert => alert.DecidedAt)
            .ThenByDescending(alert => alert.Id).FirstOrDefault()
        select new AlertChannelSummary(
            row.Id, row.Kind, row.Name, row.Target, row.SecretSealed != null, row.Template, row.FromState, row.AfterMinutes,
            row.IntervalMinutes, row.RemindMinutes, row.Enabled,
            db.Alerts.Where(alert => alert.ChannelId == row.Id).Max(alert => alert.SentAt), last!.Problem ?? ""))
        .ToListAsync(cancellation);

    public async Task<AlertChannelSummary?> FindAsync(long id, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(channel => channel.Id == id);

    /// <summary>What was told lately, the latest first.</summary>
    public Task<List<AlertSummary>> ToldAsync(int count, CancellationToken cancellation) => (
        from row in db.Alerts
        from channel in db.AlertChannels.InnerJoin(channel => channel.Id == row.ChannelId)
        orderby row.DecidedAt descending, row.Id descending
        select new AlertSummary(channel.Name, row.Node, row.CheckName, row.News, row.State, row.Words, row.DecidedAt, row.SentAt,
            row.Problem)).Take(count).ToListAsync(cancellation);

    /// <summary>The value is its id.</summary>
    public async Task<Result<long>> AddAsync(Request request, CancellationToken cancellation)
    {
        if (Check(request, hasSecret: false) is { } wrong)
            return wrong;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await db.AlertChannels.CountAsync(cancellation) >= Most)
            return new Error(ErrorKind.Conflict, "alert_channel.too_many",
                $"There are {Most} channels already: remove one first.");
        long id = await db.NextIdAsync("alert_channels", cancellation);
        var row = new AlertChannel
        {
            Id = id, Kind = request.Kind, Name = request.Name.Trim(), Target = "", Template = "", CreatedAt = time.GetUtcNow(),
        };
        Fill(row, request);
        if (!await db.InsertUnlessTakenAsync(row, cancellation))
            return NameTaken(request);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    /// <summary>Of the same kind. False: that changes nothing.</summary>
    public async Task<Result<bool>> ChangeAsync(long id, Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var row = await db.AlertChannels.Where(channel => channel.Id == id).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (row is null)
            return NoSuchChannel;
        request = request with { Kind = row.Kind };
        if (Check(request, row.SecretSealed is not null) is { } wrong)
            return wrong;
        string name = request.Name.Trim();
        if (await db.AlertChannels.AnyAsync(other => other.Name == name && other.Id != id, cancellation))
            return NameTaken(request);
        Fill(row, request);
        bool changed = await db.UpdateIfChangedAsync(row, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    public async Task<Result> RemoveAsync(long id, CancellationToken cancellation) =>
        await db.AlertChannels.Where(row => row.Id == id).DeleteAsync(cancellation) == 1 ? Result.Success : NoSuchChannel;

    /// <summary>The addresses of a channel by mail.</summary>
    internal static IEnumerable<string> AddressesIn(string target) =>
        target.Split([',', ';', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private void Fill(AlertChannel row, Request request)
    {
        (row.Name, row.FromState, row.Enabled) = (request.Name.Trim(), request.From, request.Enabled);
        row.Target = row.Kind == AlertKind.Mail ? string.Join(", ", AddressesIn(request.Target)) : request.Target.Trim();
        row.Template = request.Template.Trim();
        (row.AfterMinutes, row.IntervalMinutes, row.RemindMinutes) =
            (request.AfterMinutes, request.IntervalMinutes, request.RemindMinutes);
        if (!string.IsNullOrWhiteSpace(request.Secret))
            row.SecretSealed = box.Seal(request.Secret.Trim(), SecretPlace.AlertSecret(row.Id));
    }

    private Error? Check(Request request, bool hasSecret)
    {
        string name = request.Name.Trim(), secret = request.Secret?.Trim() ?? "";
        if (name.Length is 0 or > MaxName)
            return Invalid("alert_channel.name_invalid", $"Give a name of 1 to {MaxName} characters.", nameof(request.Name));
        if (request.From is not (HealthState.Degraded or HealthState.Unhealthy))
            return Invalid("alert_channel.from_invalid", "Choose the state that triggers alerts.", nameof(request.From));
        if (request.AfterMinutes is < 0 or > MaxMinutes)
            return Minutes(nameof(request.AfterMinutes), MaxMinutes);
        if (request.IntervalMinutes is < 0 or > MaxMinutes)
            return Minutes(nameof(request.IntervalMinutes), MaxMinutes);
        if (request.RemindMinutes is < 0 or > MaxRemindMinutes)
            return Minutes(nameof(request.RemindMinutes), MaxRemindMinutes);
        if (request.Target.Length > MaxTarget || secret.Length > MaxSecret || request.Template.Length > MaxTemplate)
            return Invalid("alert_channel.too_long", "That is too long.", nameof(request.Target));
        if (secret.Length == 0 && !hasSecret && request.Kind != AlertKind.Mail)
            return Invalid("alert_channel.secret_missing", request.Kind switch
            {
                AlertKind.PagerDuty => (Phrase)"Give the integration key of a service (Events API v2).",
                AlertKind.Telegram => "Give the token of the bot.",
                _ => "Enter the webhook URL.",
            }, nameof(request.Secret));
        return CheckOfKind(request, secret);
    }

    private Error? CheckOfKind(Request request, string secret)
    {
        switch (request.Kind)
        {
            case AlertKind.Mail:
                var addresses = AddressesIn(request.Target).ToList();
                return addresses.Count == 0 || addresses.Any(address => EmailAddress.Normalise(address) is null)
                    ? Invalid("alert_channel.target_invalid", "Enter email addresses, separated by commas.",
                        nameof(request.Target))
                    : null;
            case AlertKind.Telegram when request.Target.Trim().Length == 0:
                return Invalid("alert_channel.target_invalid", "Give the chat: its number, or the @name of a channel.",
                    nameof(request.Target));
            case AlertKind.Slack or AlertKind.Webhook when secret.Length > 0 && !WebhookRules.IsAddress(secret, webhooks):
                return Invalid("alert_channel.url_invalid",
                    "Give an address such as https://example.com/hooks, without a user name in it.", nameof(request.Secret));
            case AlertKind.Webhook:
                var filled = AlertText.Webhook(AlertFacts.Nasty(time.GetUtcNow()), request.Template.Trim());
                return filled.IsSuccess ? null : filled.Errors[0];
            default:
                return null;
        }
    }

    private static Error Minutes(string field, int most) =>
        Invalid("alert_channel.minutes_invalid", $"Give minutes, from 0 to {most}.", field);

    private static Error NameTaken(Request request) => new(ErrorKind.Conflict, "alert_channel.name_taken",
        $"There is a channel '{request.Name.Trim()}' already.", nameof(request.Name));

    private static Error Invalid(string code, Phrase words, string field) => new(ErrorKind.Invalid, code, words, field);
}

/// <summary>Tells a channel that this is a test, at once. Staff only.</summary>
public sealed class TestAlertChannel(
    AtlanticDb db, SecretBox box, SmtpSessions sessions, MailSender sender, AlertPosting posting, TimeProvider time)
{
    public sealed record Request(long Id, string Node);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var channel = await db.AlertChannels.SingleOrDefaultAsync(row => row.Id == request.Id, cancellation);
        if (channel is null)
            return new Error(ErrorKind.NotFound, "alert_channel.not_found", "There is no such channel.");
        var from = await sender.FindAsync(cancellation);
        var mail = channel.Kind == AlertKind.Mail ? await sessions.WayAsync(cancellation) : null;
        string secret = channel.SecretSealed is { } kept ? box.Open(kept, SecretPlace.AlertSecret(channel.Id)) : "";
        var facts = AlertFacts.Sample(request.Node, from.Brand, from.Portal, time.GetUtcNow());
        var route = new AlertRoute(channel, secret, mail, from);
        string subject = $"{request.Node}/test/{Guid.CreateVersion7():n}";
        if (await posting.SendAsync(route, facts, subject, cancellation) is { Problem: { Length: > 0 } problem })
            return new Error(ErrorKind.Conflict, "alert_channel.not_accepted", Phrase.Verbatim(problem));
        // Where it opened an incident, nobody should have to close it.
        if (channel.Kind == AlertKind.PagerDuty)
            await posting.SendAsync(route, facts with { News = AlertNews.Restored }, subject, cancellation);
        return Result.Success;
    }
}
