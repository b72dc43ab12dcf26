using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

/// <summary>What people and jobs do about mail, in short.</summary>
internal static class Mailing
{
    public static async Task MailThroughAsync(this ControlPlaneTest plane, int port) =>
        Assert.AreEqual("", (await plane.AskAsync((SetMail set) => set.ExecuteAsync(new(
            new("127.0.0.1", port, MailSecurity.None, "", "shop@example.com", "Hansa")), default))).Codes());

    public static Task<bool> WriteAsync(
        this ControlPlaneTest plane, string key = "hello", MailTemplate template = MailTemplate.DepositRefunded,
        string recipient = "ann@example.com") =>
        plane.AskAsync((MailBook book) => book.WriteAsync(new MailOrder(key, template, recipient, "Ann", "en",
            new Dictionary<string, object?> { ["amount"] = "5.00 EUR", ["code"] = "482913", ["link"] = "https://x.test/v" }),
                default));

    public static Task<JobReport> SendAsync(this ControlPlaneTest plane) =>
        plane.AskAsync((SendMail send) => send.ExecuteAsync(default));

    public static Task<JobReport> FanOutAsync(this ControlPlaneTest plane) =>
        plane.AskAsync((FanOut fanOut) => fanOut.ExecuteAsync(default));

    public static Task HappenAsync(this ControlPlaneTest plane, string kind, long? customer, string payload) =>
        plane.Database.ExecuteAsync(FormattableString.Invariant($"""
            insert into events (kind, customer_id, payload, created_at)
            values ('{kind}', {(object?)customer ?? "null"}, '{payload}', now())
            """));

    public static async Task<IReadOnlyList<MailSummary>> OutboxAsync(this ControlPlaneTest plane) =>
        (await plane.AskAsync((MailQueries queries) => queries.ListAsync(Scope.Staff, null, new PageRequest(), default))).Items;

    public static async Task<MailSummary> OnlyMailAsync(this ControlPlaneTest plane) => (await plane.OutboxAsync()).Single();
}
