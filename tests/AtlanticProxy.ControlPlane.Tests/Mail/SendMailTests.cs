using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

/// <summary>Business case 15, and what else can happen between the outbox and a server.</summary>
[TestClass]
public sealed class SendMailTests
{
    [TestMethod]
    public async Task Mail_ToAGoodServer_ArrivesOnceAsItWasWritten()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        Assert.IsTrue(await plane.WriteAsync());
        Assert.IsFalse(await plane.WriteAsync(), "one key is one mail");

        Assert.AreEqual("1 mails sent, 0 put off, 0 refused, 0 perhaps sent", (await plane.SendAsync()).Done);
        Assert.AreEqual("0 mails sent, 0 put off, 0 refused, 0 perhaps sent", (await plane.SendAsync()).Done);

        var mail = server.Received.Single();
        Assert.AreEqual(("Hansa", "shop@example.com", "ann@example.com"), (mail.From.Mailboxes.Single().Name,
            mail.From.Mailboxes.Single().Address, mail.To.Mailboxes.Single().Address));
        Assert.AreEqual("Your deposit of 5.00 EUR is on its way back", mail.Subject);
        StringAssert.Contains(mail.TextBody, "Hello Ann,");
        StringAssert.Contains(mail.HtmlBody, "Hello Ann,");
        Assert.AreEqual("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.AreEqual(plane.Time.Now, mail.Date);
        StringAssert.EndsWith(mail.MessageId, "@example.com");
        var sent = await plane.OnlyMailAsync();
        Assert.AreEqual((MailState.Sent, 1, plane.Time.Now), (sent.State, sent.Attempts, sent.SentAt));
        StringAssert.Contains(sent.Answer, "taken");
    }

    [TestMethod]
    public async Task Mail_ManyAndRunsFourTimesAtOnce_EachArrivesOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        for (int i = 0; i < 12; i++)
            await plane.WriteAsync($"key {i}", recipient: $"ann{i}@example.com");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => plane.SendAsync()));

        Assert.HasCount(12, server.Received);
        Assert.HasCount(12, server.Received.Select(mail => mail.To.ToString()).Distinct());
        Assert.IsTrue((await plane.OutboxAsync()).All(mail => mail.State == MailState.Sent));
    }

    [TestMethod]
    public async Task Mail_NodeThatDiesRightAfterTheServerTookIt_IsNotSentAgain()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        server.AnswerMessage = async _ =>
        {
            // From now on this node can note nothing any more, as if it were dead.
            await plane.Database.ExecuteAsync("""
                create function dead() returns trigger language plpgsql as 'begin raise exception ''dead''; end';
                create trigger dead before update on mails for each row execute function dead()
                """);
            return "250 taken";
        };
        await Assert.ThrowsExactlyAsync<PostgresException>(plane.SendAsync);
        await plane.Database.ExecuteAsync("drop trigger dead on mails");

        Assert.AreEqual(MailState.Sending, (await plane.OnlyMailAsync()).State);
        await plane.SendAsync();
        Assert.AreEqual(MailState.Sending, (await plane.OnlyMailAsync()).State, "another node may be at it");
        plane.Time.Jump(MailPatience.Abandoned + TimeSpan.FromSeconds(1));
        await plane.SendAsync();
        plane.Time.Jump(TimeSpan.FromDays(1));
        await plane.SendAsync();

        Assert.AreEqual(MailState.MaybeSent, (await plane.OnlyMailAsync()).State);
        Assert.HasCount(1, server.Received);
    }

    [TestMethod]
    public async Task Mail_ServerThatDiesWithoutAnAnswer_IsSaidToBeMaybeSentAndStaffMaySendItAgain()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        server.AnswerMessage = _ => Task.FromResult<string?>(null);

        await plane.SendAsync();
        plane.Time.Jump(TimeSpan.FromHours(5));
        await plane.SendAsync();

        var mail = await plane.OnlyMailAsync();
        Assert.AreEqual(MailState.MaybeSent, mail.State);
        StringAssert.Contains(mail.Answer, "may have the whole mail");
        Assert.HasCount(1, server.Received);

        server.AnswerMessage = _ => Task.FromResult<string?>("250 taken");
        Assert.AreEqual("", (await plane.AskAsync((ResendMail resend) => resend.ExecuteAsync(new(mail.Id), default))).Codes());
        await plane.SendAsync();
        Assert.AreEqual(MailState.Sent, (await plane.OnlyMailAsync()).State);
        Assert.HasCount(1, server.Received.Select(each => each.MessageId).Distinct());
    }

    [TestMethod]
    public async Task Mail_ServerThatDiesInTheMiddle_HasNotGotItAndIsAskedAgain()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp { DieInMessage = 100 };
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        await plane.Database.ExecuteAsync("update mails set text_body = repeat(repeat('words ', 20) || chr(10), 200000)");

        await plane.SendAsync();

        Assert.AreEqual(MailState.Queued, (await plane.OnlyMailAsync()).State);
        server.DieInMessage = null;
        plane.Time.Jump(TimeSpan.FromMinutes(1));
        await plane.SendAsync();
        Assert.AreEqual(MailState.Sent, (await plane.OnlyMailAsync()).State);
        Assert.HasCount(1, server.Received);
    }

    [TestMethod]
    public async Task Mail_RefusedForNow_IsTriedAgainLaterAndLater()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp { Answer = line => line.StartsWith("RCPT", StringComparison.Ordinal)
            ? "451 greylisted" : null };
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        await plane.WriteAsync("another", recipient: "ben@example.com");

        var pauses = new List<double>();
        for (int i = 0; i < 10; i++)
        {
            var report = await plane.SendAsync();
            Assert.AreEqual("0 mails sent, 2 put off, 0 refused, 0 perhaps sent", report.Done);
            Assert.AreEqual("451 greylisted", (await plane.OutboxAsync())[0].Answer);
            var next = (await plane.OutboxAsync())[0].NextTryAt;
            pauses.Add((next - plane.Time.Now).TotalMinutes);
            await plane.SendAsync();
            plane.Time.Jump(next - plane.Time.Now);
        }
        Assert.AreEqual("1 2 4 8 16 32 64 128 240 240", string.Join(' ', pauses));
        Assert.AreEqual(10, (await plane.OutboxAsync())[0].Attempts);

        plane.Time.Jump(TimeSpan.FromDays(3));
        await plane.SendAsync();
        var mail = (await plane.OutboxAsync())[0];
        Assert.AreEqual((MailState.Failed, "451 greylisted"), (mail.State, mail.Answer));
    }

    [TestMethod]
    public async Task Mail_RefusedForGood_FailsWithTheServersWordsAndTheOthersGoOn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp
        {
            Answer = line => line.Contains("RCPT TO:<ann@", StringComparison.Ordinal) ? "550 no such user" : null,
        };
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        await plane.WriteAsync("another", recipient: "ben@example.com");

        var report = await plane.SendAsync();

        Assert.AreEqual("1 mails sent, 0 put off, 1 refused, 0 perhaps sent", report.Done);
        Assert.IsEmpty(report.Failures, "the job did its work");
        var (ben, ann) = ((await plane.OutboxAsync())[0], (await plane.OutboxAsync())[1]);
        Assert.AreEqual((MailState.Sent, MailState.Failed, "550 no such user"), (ben.State, ann.State, ann.Answer));
        plane.Time.Jump(TimeSpan.FromDays(1));
        await plane.SendAsync();
        Assert.HasCount(1, server.Received);
        Assert.AreEqual(1, server.Commands.Count(line => line.StartsWith("EHLO", StringComparison.Ordinal)),
            "one connection for both");
    }

    [TestMethod]
    public async Task Mail_WhileTheServerIsDown_WaitsAndDoesNotHammer()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        int port;
        await using (var gone = new ScriptedSmtp())
            port = gone.Port;
        await plane.MailThroughAsync(port);
        await plane.WriteAsync();
        await plane.WriteAsync("another", recipient: "ben@example.com");

        var report = await plane.SendAsync();

        StringAssert.Contains(report.Failures.Single(), "cannot be reached");
        var mails = await plane.OutboxAsync();
        Assert.IsTrue(mails.All(mail => mail.State == MailState.Queued));
        Assert.AreEqual(1, mails.Sum(mail => mail.Attempts), "one found out for all");
    }

    [TestMethod]
    public async Task Mail_ServerThatNeverAnswers_IsLeftAfterAWhile()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await plane.MailThroughAsync(((System.Net.IPEndPoint)silent.LocalEndpoint).Port);
        await plane.WriteAsync();
        await using var scope = plane.Services.CreateAsyncScope();
        var sessions = ActivatorUtilities.CreateInstance<SmtpSessions>(scope.ServiceProvider,
            new MailPatience(TimeSpan.FromMilliseconds(50)));

        var report = await ActivatorUtilities.CreateInstance<SendMail>(scope.ServiceProvider, sessions).ExecuteAsync(default);

        StringAssert.Contains(report.Failures.Single(), "did not answer in time");
        Assert.AreEqual(MailState.Queued, (await plane.OnlyMailAsync()).State);
    }

    [TestMethod]
    public async Task Mail_RunThatIsStopped_NotesWhatIsKnownAndGoesOnLater()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        using var stop = new CancellationTokenSource();
        await using var server = new ScriptedSmtp
        {
            AnswerMessage = async _ =>
            {
                await stop.CancelAsync();
                return "250 taken";
            },
        };
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        await plane.WriteAsync("another", recipient: "ben@example.com");

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            plane.AskAsync((SendMail send) => send.ExecuteAsync(stop.Token)));

        var states = (await plane.OutboxAsync()).Select(mail => mail.State).ToArray();
        Assert.AreEqual(MailState.Queued, states[0]);
        Assert.IsTrue(states[1] is MailState.Sent or MailState.MaybeSent);
        await plane.SendAsync();
        Assert.HasCount(2, server.Received);
    }

    [TestMethod]
    public async Task Mail_AboutASecret_ForgetsItOnceSent()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync(template: MailTemplate.Verify);

        await plane.SendAsync();

        StringAssert.Contains(server.Received.Single().TextBody, "482913");
        Assert.AreEqual("", await plane.Database.ScalarAsync<string>("select text_body || html_body from mails"));
        Assert.AreEqual("mail.not_resendable", (await plane.AskAsync((ResendMail resend) => resend.ExecuteAsync(new(1), default)))
            .Codes());
    }

    [TestMethod]
    public async Task Mail_OfAnInvoice_BringsItsPdf()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        var ann = await plane.CustomerAsync();
        await plane.InvoiceAsync(ann.Id);
        await plane.FanOutAsync();

        await plane.SendAsync();

        var mail = server.Received.Single();
        Assert.AreEqual("Invoice 2026-000001 for 10.00 EUR", mail.Subject);
        var attached = (MimePart)mail.Attachments.Single();
        Assert.AreEqual(("2026-000001.pdf", "application/pdf"), (attached.FileName, attached.ContentType.MimeType));
        using var pdf = new MemoryStream();
        await attached.Content!.DecodeToAsync(pdf);
        Assert.AreEqual(await plane.Database.ScalarAsync<string>("select encode(sha256, 'hex') from invoice_papers"),
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(pdf.ToArray())));
    }

    [TestMethod]
    public async Task Mail_ThatCannotBeWritten_FailsAloneAndTheOthersGoOn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        await plane.WriteAsync();
        await plane.WriteAsync("another");
        await plane.Database.ExecuteAsync("update mails set message_id = '<' where id = 1");

        Assert.AreEqual("1 mails sent, 0 put off, 1 refused, 0 perhaps sent", (await plane.SendAsync()).Done);

        var failed = (await plane.OutboxAsync())[1];
        Assert.AreEqual(MailState.Failed, failed.State);
        StringAssert.Contains(failed.Answer, "cannot be written");
    }

    [TestMethod]
    public async Task Session_FaultOfOurs_IsNoAnswerOfTheServer()
    {
        await using var server = new ScriptedSmtp();
        using var session = new SmtpSession(new MailSettingsRow
        {
            Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, Username = "", SenderName = "",
            SenderAddress = "shop@example.com",
        }, "", MailPatience.Default, TimeProvider.System);
        using var toNobody = new MimeMessage();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => session.SendAsync(toNobody, default));
    }
}
