namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>
/// How long is kept what no section of its own says: section <c>Retention</c> of the configuration. Days are UTC.
/// </summary>
public sealed class RetentionOptions
{
    private const int MostDays = 36_600;

    /// <summary>Who signed in, or tried to. 90: what somebody asks who finds their account used.</summary>
    public int SignInDays { get; set; } = 90;

    /// <summary>Revoked tokens: as long as a program that still uses one is told so.</summary>
    public int TokenDays { get; set; } = 90;

    /// <summary>Mails, sent or not: as long as somebody may ask about one.</summary>
    public int MailDays { get; set; } = 90;

    /// <summary>Deliveries of webhooks to customers, made or not.</summary>
    public int WebhookDays { get; set; } = 30;

    /// <summary>What gateways delivered: as long as a payment is commonly disputed. What nobody understood stays.</summary>
    public int GatewayDays { get; set; } = 90;

    /// <summary>Files of customers that were never imported: they have passwords.</summary>
    public int ImportDays { get; set; } = 7;

    /// <summary>Traffic of an account by day: reports of minutes look back a year, and forecasts a week.</summary>
    public int QuotaDays { get; set; } = 400;

    /// <summary>Failed runs of jobs: for an operator who was away for a month.</summary>
    public int JobDays { get; set; } = 30;

    /// <summary>Runs of backups and drills whose files are gone.</summary>
    public int BackupDays { get; set; } = 400;

    /// <summary>
    /// The audit log. 3653: ten years, the longest that laws of the EU want books and what explains them to be kept; 0: for
    /// ever.
    /// </summary>
    public int AuditDays { get; set; } = 3_653;

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (name, days, least) in new[]
        {
            (nameof(SignInDays), SignInDays, 1), (nameof(TokenDays), TokenDays, 1), (nameof(MailDays), MailDays, 1),
            (nameof(WebhookDays), WebhookDays, 1), (nameof(GatewayDays), GatewayDays, 1), (nameof(ImportDays), ImportDays, 1),
            (nameof(QuotaDays), QuotaDays, 32), (nameof(JobDays), JobDays, 1), (nameof(BackupDays), BackupDays, 31),
            (nameof(AuditDays), AuditDays, 0),
        })
            if (days < least || days > MostDays)
                yield return $"Retention:{name}: {days} is not between {least} and {MostDays}.";
    }
}
