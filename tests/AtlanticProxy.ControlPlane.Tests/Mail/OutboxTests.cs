using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Tests.Invoices;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

/// <summary>What waits in the outbox, what it shows, and what comes back.</summary>
[TestClass]
public sealed class OutboxTests
{
    [TestMethod]
    public async Task Mail_WithAPasswordThatTheServerRefuses_WaitsAndSaysSo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp
        {
            Answer = line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-scripted\r\n250 AUTH PLAIN"
                : line.StartsWith("AUTH", StringComparison.Ordinal) ? "535 wrong" : null,
        };
        await plane.MailThroughAsync(server.Port);
        await plane.Database.ExecuteAsync("update mail_settings set username = 'shop'");
        await plane.WriteAsync();

        StringAssert.Contains((await plane.SendAsync()).Failures.Single(), "does not accept the user name and password");
        Assert.AreEqual(MailState.Queued, (await plane.OnlyMailAsync()).State);
    }

    [TestMethod]
    public async Task Mail_NotSetUp_WaitsInTheOutbox()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.WriteAsync();

        Assert.AreEqual("Mail is not set up", (await plane.SendAsync()).Done);
        Assert.AreEqual("mail.not_set_up", (await plane.AskAsync((TestMail test) => test.ExecuteAsync(new("a@b.test"), default)))
            .Codes());
        Assert.AreEqual((MailState.Queued, 0), ((await plane.OnlyMailAsync()).State, (await plane.OnlyMailAsync()).Attempts));
    }

    [TestMethod]
    public async Task Outbox_Filtered_HasWhatIsAskedFor()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.InvoiceAsync(ann.Id);
        await plane.FanOutAsync();
        await plane.WriteAsync("staff's", recipient: "owner@example.com");
        async Task<int> CountAsync(Scope scope, MailState? state = null, string? search = null) =>
            (await plane.AskAsync((MailQueries queries) => queries.ListAsync(scope, state, new(search: search), default))).Total;

        Assert.AreEqual((2, 1, 0),
            (await CountAsync(Scope.Staff), await CountAsync(Scope.Of(ann.Id)), await CountAsync(Scope.Of(99))));
        Assert.AreEqual((2, 0), (await CountAsync(Scope.Staff, MailState.Queued), await CountAsync(Scope.Staff, MailState.Sent)));
        Assert.AreEqual((1, 1),
            (await CountAsync(Scope.Staff, search: "OWNER@"), await CountAsync(Scope.Staff, search: "invoice 2026")));
    }

    [TestMethod]
    public async Task Bounce_Noted_IsWhatTheOutboxShows()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        async Task<string> BounceAsync(long id) =>
            await plane.AskAsync((NoteBounce note) =>
                note.ExecuteAsync(new(id, " mailbox full "), default)) is { IsSuccess: true } done
                ? $"{done.Value}"
                : "mail.not_found";

        Assert.AreEqual("False", await BounceAsync(1), "it is not out yet");
        await plane.SendAsync();
        Assert.AreEqual("True", await BounceAsync(1));
        Assert.AreEqual("False", await BounceAsync(1));
        Assert.AreEqual("mail.not_found", await BounceAsync(99));
        var mail = await plane.OnlyMailAsync();
        Assert.AreEqual((MailState.Bounced, "mailbox full"), (mail.State, mail.Answer));
        Assert.AreEqual("mail.not_found", (await plane.AskAsync((ResendMail resend) => resend.ExecuteAsync(new(99), default)))
            .Codes());
    }
}
