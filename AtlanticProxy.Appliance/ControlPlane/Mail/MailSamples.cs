namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Made-up values for previews, and what templates may name: those that the real events bring.</summary>
internal static class MailSamples
{
    private const string Portal = "https://proxy.example.com";

    public static Dictionary<string, object?> Of(MailTemplate template, string brand) => new()
    {
        ["brand"] = brand, ["name"] = "Ann Miller", ["email"] = "ann@example.com", ["portal"] = Portal,
        ["sender"] = "mail@example.com", ["event"] = EventOf(template),
    };

    private static Dictionary<string, object?> EventOf(MailTemplate template) => template switch
    {
        MailTemplate.Welcome => [],
        MailTemplate.Verify => new()
        {
            ["code"] = "482913", ["link"] = $"{Portal}/sign-up/confirm?token=sample", ["minutes"] = 30,
        },
        MailTemplate.Reset => new() { ["link"] = $"{Portal}/reset?token=sample", ["minutes"] = 30 },
        MailTemplate.Receipt or MailTemplate.Invoice => new()
        {
            ["invoiceId"] = 142, ["number"] = "2026-000142", ["total"] = "29.00 USD", ["dueOn"] = "2026-12-01",
        },
        MailTemplate.TrialEnding => new() { ["plan"] = "Personal", ["endsOn"] = "2026-12-01", ["price"] = "29.00 USD" },
        MailTemplate.RenewalReminder => new() { ["plan"] = "Personal", ["renewsOn"] = "2026-12-01", ["price"] = "29.00 USD" },
        MailTemplate.PaymentFailed => new()
        {
            ["plan"] = "Personal", ["price"] = "29.00 USD", ["reason"] = "The bank has declined the payment.",
            ["retryOn"] = "2026-12-01",
        },
        MailTemplate.Quota80 or MailTemplate.Quota100 => new()
        {
            ["accountId"] = 7, ["proxyUser"] = "alice", ["measure"] = "bytes",
            ["percent"] = template == MailTemplate.Quota80 ? 80 : 100, ["limit"] = 50_000_000_000, ["left"] = 10_000_000_000,
            ["periodEnd"] = "2026-12-01T00:00:00Z", ["runsOutAt"] = "2026-11-29T08:00:00Z",
        },
        MailTemplate.Cancelled => new() { ["plan"] = "Personal", ["endsOn"] = "2026-12-01" },
        MailTemplate.DepositRefunded => new() { ["amount"] = "5.00 USD" },
        MailTemplate.NewSignIn => new()
        {
            ["browser"] = "Firefox on Windows", ["address"] = "203.0.113.7", ["at"] = "2026-11-28 19:04 UTC",
            ["link"] = $"{Portal}/security",
        },
        MailTemplate.Invitation => new() { ["link"] = $"{Portal}/invitation?token=sample", ["days"] = 7 },
        MailTemplate.TeamInvitation => new()
        {
            ["by"] = "bob@example.com", ["account"] = "Example Ltd", ["role"] = "Developer",
            ["link"] = $"{Portal}/invitation?token=sample", ["days"] = 7,
        },
        MailTemplate.StaffInvitation => new()
        {
            ["by"] = "owner@example.com", ["role"] = "Support", ["link"] = $"{Portal}/invitation?token=sample", ["days"] = 7,
        },
        MailTemplate.ConfirmEmail => new() { ["link"] = $"{Portal}/settings/email/confirm?token=sample", ["minutes"] = 30 },
        MailTemplate.EmailChanged => new() { ["address"] = "ann.miller@example.com" },
        MailTemplate.AccountExists => new() { ["link"] = $"{Portal}/forgot-password" },
        MailTemplate.WinBack => new()
        {
            ["plan"] = "Personal", ["planId"] = 3, ["endedOn"] = "2026-11-14", ["coupon"] = "WELCOME-BACK",
        },
        MailTemplate.StaffAlarm => new() { ["title"] = "acme is down", ["details"] = "kind: provider_down\nprovider: acme" },
    };
}
