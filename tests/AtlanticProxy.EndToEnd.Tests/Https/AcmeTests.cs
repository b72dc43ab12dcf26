using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Https;

/// <summary>The portal's certificate from an ACME authority, by the appliance as it is installed.</summary>
[TestClass]
public sealed class AcmeTests
{
    /// <summary>Browsers and curl take any name below localhost to be this machine.</summary>
    private const string Name = "portal.localhost";

    /// <summary>An order takes some seconds: lego polls at its own pace, and a refused nonce costs it some more.</summary>
    private static readonly TimeSpan s_order = TimeSpan.FromSeconds(60);

    [TestMethod]
    public async Task Certificate_IsIssuedServedAndRenewed_WithoutARestart()
    {
        await using var authority = await AcmeAuthority.StartAsync(life: TimeSpan.FromSeconds(60));
        await using var appliance = await RunningAppliance.StartDemoAsync(
            [.. authority.SettingsFor(Name), "--Acme:RenewWhenLeft", "0.8", "--Engine:Tls:0", "127.0.0.1:0"]);
        var (https, proxy) = (new Uri(appliance.Ready.PortalHttps!), IPEndPoint.Parse(appliance.Ready.ProxyTls!));
        await Poll.UntilAsync(async () =>
            (await CertificateAsync(appliance)).GetProperty("status").GetString() == "Healthy", s_order);

        // By HTTPS, trusting the authority alone.
        var page = await Tool.CurlAsync("-i", "--http1.1", "--cacert", authority.RootFile,
            $"https://{Name}:{https.Port}/sign-in");
        Assert.AreEqual(0, page.ExitCode, page.ToString());
        StringAssert.StartsWith(page.Text, "HTTP/1.1 200 ");
        StringAssert.Contains(page.Text, "Set-Cookie: __Host-atlantic-antiforgery=");
        Assert.DoesNotContain("Strict-Transport-Security", page.Text);

        // HTTP leads there on both ports, but for challenges and for monitoring on this machine.
        foreach (string port in new[] { $"http://{Name}:{authority.ChallengePort}", appliance.Ready.Portal })
        {
            StringAssert.Contains((await Tool.CurlAsync("-i", $"{port}/plans?a=b")).Text,
                $"Location: https://{Name}:{https.Port}/plans?a=b\r\n");
            foreach (string token in new[] { "no-such-token", "..%2f..%2fcertificate.pem", "" })
                StringAssert.StartsWith(
                    (await Tool.CurlAsync("-i", "--path-as-is", $"{port}/.well-known/acme-challenge/{token}")).Text,
                    "HTTP/1.1 404 ");
            StringAssert.StartsWith((await Tool.CurlAsync("-i", $"{port}/health/ready")).Text, "HTTP/1.1 200 ");
            StringAssert.StartsWith(
                (await Tool.CurlAsync("-i", "-H", "X-Forwarded-For: 203.0.113.9", $"{port}/health/ready")).Text, "HTTP/1.1 307 ");
        }

        // The proxy shows the same certificate, and both show the next one while the appliance runs on.
        string first = await SerialAsync(authority, https.Port);
        await Poll.UntilAsync(async () => await SerialAsync(authority, https.Port) != first, s_order, "it is renewed");
        await Poll.UntilAsync(async () => await SerialAsync(authority, proxy.Port) == await SerialAsync(authority, https.Port),
            because: "both have the new one");
        var exit = await Tool.CurlAsync(
            "-x", $"https://{Name}:{proxy.Port}", "--proxy-cacert", authority.RootFile, "-U",
            $"{appliance.Ready.ProxyUser!.Username}:{appliance.Ready.ProxyUser.Password}", "http://exit.test/");
        Assert.AreEqual(0, exit.ExitCode, exit.ToString());

        await SignInAndStartAJobAsync(appliance, new Uri($"https://{Name}:{https.Port}"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(appliance.DataDirectory, "acme"), "*",
            SearchOption.AllDirectories))
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
    }

    [TestMethod]
    public async Task Order_Refused_IsSaidInHealthDoctorAndOnThePage_WhileHttpServes()
    {
        await using var authority = await AcmeAuthority.StartAsync(life: TimeSpan.FromDays(90));
        string[] settings = authority.SettingsFor(AcmeAuthority.RefusedName);
        await using var appliance = await RunningAppliance.StartDemoAsync(settings);
        const string Words = $"The authority issues no certificates for {AcmeAuthority.RefusedName}.";

        JsonElement health = default;
        await Poll.UntilAsync(async () =>
            (health = await CertificateAsync(appliance)).GetProperty("description")
                .GetString()!.Contains(Words, StringComparison.Ordinal), s_order);
        Assert.AreEqual("Degraded", health.GetProperty("status").GetString());
        StringAssert.Contains(health.GetProperty("description").GetString(), "The next attempt is at ");

        var doctor = await Cli.RunAsync(["doctor", "--json", "--data", appliance.DataDirectory, .. settings]);
        var finding = JsonDocument.Parse(doctor.Output).RootElement.EnumerateArray()
            .Single(finding => finding.GetProperty("subject").GetString() == "certificate");
        Assert.AreEqual(1, doctor.ExitCode);
        Assert.IsFalse(finding.GetProperty("isWell").GetBoolean());
        StringAssert.Contains(finding.GetProperty("text").GetString(), Words);

        using (var session = await PortalSession.SignInAsync(new Uri(appliance.Ready.Portal), appliance.Ready.Admin!.Email,
            appliance.Ready.Admin.Password))
        {
            StringAssert.Contains(await session.GetAsync("/admin/certificate"), Words);
            StringAssert.Contains(await session.GetAsync("/admin"), "served by HTTP, which anyone in between can read");
        }
        var plain = await Tool.CurlAsync("-i", $"http://127.0.0.1:{authority.ChallengePort}/sign-in");
        StringAssert.StartsWith(plain.Text, "HTTP/1.1 503 ", "where the world comes in, nobody types a password");
        StringAssert.Contains(plain.Text, "has no certificate for HTTPS yet");
        Assert.AreNotEqual(0, (await Tool.CurlAsync("-k", appliance.Ready.PortalHttps!)).ExitCode);
        Assert.DoesNotContain("\"level\":\"error\"",
            await File.ReadAllTextAsync(Path.Combine(appliance.DataDirectory, "logs", "atlanticproxy.log")));
    }

    /// <summary>Secure cookies, antiforgery and Hangfire's pages, as a browser has them.</summary>
    private static async Task SignInAndStartAJobAsync(RunningAppliance appliance, Uri portal)
    {
        await using var browser = new BrowserSession(portal, trusting: true);
        new SignInPage(browser).SignInAs(appliance.Ready.Admin!.Email, appliance.Ready.Admin.Password);
        var cookies = browser.Driver.Manage().Cookies.AllCookies;
        Assert.IsTrue(cookies.Any(cookie => cookie.Name == "__Host-atlantic-session"),
            string.Join(", ", cookies.Select(cookie => cookie.Name)));
        Assert.IsTrue(cookies.All(cookie => cookie.Secure && cookie.IsHttpOnly));

        browser.Open("/admin/certificate");
        StringAssert.Contains(browser.Text, "Pebble Intermediate CA");
        browser.Open("/admin/jobs/recurring");
        browser.Find("input[value='forget']").Click();
        browser.Find("button[data-url$='/recurring/trigger']").Click();
        await Poll.UntilAsync(() =>
        {
            browser.Open("/admin/jobs/jobs/succeeded");
            return browser.Has("a[href*='/jobs/details/']");
        }, because: "the job has run");
        Assert.IsEmpty(browser.Complaints());
    }

    /// <summary>What <c>/health</c> says of the certificate.</summary>
    private static async Task<JsonElement> CertificateAsync(RunningAppliance appliance)
    {
        using var http =
            new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(appliance.Ready.Portal) };
        using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("entries")
            .GetProperty("certificate");
    }

    /// <summary>Serial number of the certificate that a port shows, which must be one of the authority's for our name.</summary>
    private static async Task<string> SerialAsync(AcmeAuthority authority, int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream());
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authority.RootFile);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = Name, CertificateChainPolicy = trust });
        return tls.RemoteCertificate!.GetSerialNumberString();
    }
}
