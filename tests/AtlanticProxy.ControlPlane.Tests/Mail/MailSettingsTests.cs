using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.ControlPlane.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

[TestClass]
public sealed class MailSettingsTests
{
    private static async Task<string> SetAsync(ControlPlaneTest plane, MailSettings settings, string? password = null)
    {
        var set = await plane.AskAsync((SetMail command) => command.ExecuteAsync(new(settings, password), default));
        return set.IsSuccess ? $"{set.Value}" : set.Codes();
    }

    [TestMethod]
    public async Task Settings_Set_AreWhatIsReadAndThePasswordIsSealed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var settings = new MailSettings("smtp.example.com", 465, MailSecurity.Tls, "shop", "shop@example.com", "Hansa");

        Assert.AreEqual(("True", "False", "False", "True"), (await SetAsync(plane, settings, "hunter2"),
            await SetAsync(plane, settings), await SetAsync(plane, settings, "hunter2"),
                await SetAsync(plane, settings, "other")));
        Assert.AreEqual(settings, await plane.AskAsync((MailQueries queries) => queries.SettingsAsync(default)));
        Assert.IsFalse(await plane.Database.ScalarAsync<bool>(
            "select position('other'::bytea in password_sealed) > 0 from mail_settings"));
        Assert.AreEqual("True", await SetAsync(plane, settings, ""));
        Assert.IsTrue(await plane.Database.ScalarAsync<bool>("select password_sealed is null from mail_settings"));
        Assert.AreEqual("True", await SetAsync(plane, new(null)), "no mail any more");
        Assert.IsFalse(new SetMail.Request(settings, "hunter2").ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Settings_Wrong_SayWhatWouldBeRight()
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        var right = new MailSettings("smtp.example.com", SenderAddress: "shop@example.com");

        Assert.AreEqual("mail.host_invalid@Host", await SetAsync(plane, right with { Host = "a b" }));
        Assert.AreEqual("mail.port_invalid@Port", await SetAsync(plane, right with { Port = 0 }));
        Assert.AreEqual("mail.sender_invalid@SenderAddress", await SetAsync(plane, right with { SenderAddress = "shop" }));
        Assert.AreEqual("mail.sender_name_invalid@SenderName",
            await SetAsync(plane, right with { SenderName = "a\r\nBcc: b@c" }));
        Assert.AreEqual("mail.username_invalid@Username", await SetAsync(plane, right with { Username = "a\n" }));
        Assert.AreEqual("mail.password_in_clear@Security",
            await SetAsync(plane, right with { Username = "shop", Security = MailSecurity.None }));
    }

    [TestMethod]
    public async Task Test_OfSettings_AnswersWhatTheServerSaid()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        Task<Results.Result<string>> TestAsync(string to = "owner@example.com") =>
            plane.AskAsync((TestMail test) => test.ExecuteAsync(new(to), default));

        StringAssert.Contains((await TestAsync()).Value, "taken");
        Assert.AreEqual("Test mail from AtlanticProxy", server.Received.Single().Subject);
        Assert.AreEqual("mail.recipient_invalid@Recipient", (await TestAsync("owner")).Codes());
        server.Answer = line => line.StartsWith("MAIL", StringComparison.Ordinal) ? "553 sender not allowed" : null;
        var refused = await TestAsync();
        Assert.AreEqual("mail.not_accepted", refused.Codes());
        StringAssert.Contains(refused.Errors[0].Message, "553 sender not allowed");
    }

    [TestMethod]
    public async Task Test_ServerWithoutTheTlsThatIsAskedFor_GetsNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        foreach (var (security, words) in new[] { (MailSecurity.StartTls, "does not offer"),
            (MailSecurity.Tls, "No safe connection") })
        {
            await SetAsync(plane, new("127.0.0.1", server.Port, security, "shop", "shop@example.com"), "hunter2");
            var refused = await plane.AskAsync((TestMail test) => test.ExecuteAsync(new("owner@example.com"), default));
            StringAssert.Contains(refused.Errors[0].Message, words);
        }
        Assert.IsFalse(server.Commands.Any(line => line.StartsWith("AUTH", StringComparison.Ordinal)), "no password in clear");
        Assert.IsEmpty(server.Received);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var own = request.CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new(2126, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
    }

    [TestMethod]
    [DataRow(MailSecurity.StartTls)]
    [DataRow(MailSecurity.Tls)]
    public async Task Test_OverTls_SignsInAndSendsWhereTheCertificateIsTrustedAndOnlyThere(MailSecurity security)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        using var certificate = Certificate();
        await using var server = new ScriptedSmtp
        {
            Certificate = certificate, TlsFromTheFirstByte = security == MailSecurity.Tls,
        };
        await SetAsync(plane, new("127.0.0.1", server.Port, security, "shop", "shop@example.com"), "hunter2");
        await using var scope = plane.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<SmtpSessions>();
        var test = scope.ServiceProvider.GetRequiredService<TestMail>();

        var untrusted = await test.ExecuteAsync(new("owner@example.com"), default);
        Assert.AreEqual("mail.not_accepted", untrusted.Codes());
        StringAssert.Contains(untrusted.Errors[0].Message, "its certificate is not trusted");
        Assert.IsFalse(server.Commands.Any(line => line.StartsWith("AUTH", StringComparison.Ordinal)));

        sessions.Trust = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        Assert.AreEqual("", (await test.ExecuteAsync(new("owner@example.com"), default)).Codes());
        Assert.HasCount(1, server.Received);
        string secret = Convert.ToBase64String("\0shop\0hunter2"u8);
        Assert.IsTrue(server.Commands.Any(line => line == $"AUTH PLAIN {secret}"));
    }
}
