using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Https;

/// <summary>Certificates for resellers' host names from an ACME authority, by the appliance as it is installed.</summary>
[TestClass]
public sealed class ResellerNamesTests
{
    private const string Name = "portal.localhost", Ritas = "rita.localhost", Wrong = "wrong.invalid";

    /// <summary>Several orders, each of which takes some seconds.</summary>
    private static readonly TimeSpan s_orders = TimeSpan.FromSeconds(90);

    [TestMethod]
    public async Task HostNames_HaveACertificateEach_ShownBySni_RenewedAndTakenAway()
    {
        await using var authority = await AcmeAuthority.StartAsync(life: TimeSpan.FromSeconds(90));
        string[] settings = [.. authority.SettingsFor(Name), "--Acme:RenewWhenLeft", "0.8"];
        await using var appliance = await RunningAppliance.StartDemoAsync(settings);
        int port = new Uri(appliance.Ready.PortalHttps!).Port;
        foreach (string host in new[] { Ritas, Wrong })
        {
            string email = $"{host}@test.example";
            await appliance.CliAsync(["customer", "add", email]);
            await appliance.CliAsync(["customer", "resell", email, "--currency", "USD"]);
            await appliance.ExecuteAsync($"""
                update resellers set host_name = '{host}', changed_at = now()
                where customer_id = (select id from customers where email = '{email}')
                """);
        }

        await Poll.UntilAsync(async () => await SerialAsync(authority, port, Ritas) is not null, s_orders, "hers is served");
        Assert.IsNotNull(await SerialAsync(authority, port, Name), "and the portal's own");
        Assert.IsNull(await SerialAsync(authority, port, Wrong));
        var page = await Tool.CurlAsync("-i", "--http1.1", "--cacert", authority.RootFile, $"https://{Ritas}:{port}/sign-in");
        StringAssert.StartsWith(page.Text, "HTTP/1.1 200 ", page.ToString());
        StringAssert.Contains((await Tool.CurlAsync("-i", $"http://{Ritas}:{authority.ChallengePort}/sign-in")).Text,
            $"Location: https://{Ritas}:{port}/sign-in\r\n");
        await Poll.UntilAsync(async () => await ServedAsync(appliance) is Ritas, because: "mail leads there");

        var doctor = await Cli.RunAsync(["doctor", "--json", "--data", appliance.DataDirectory, .. settings]);
        string[] findings = [.. JsonDocument.Parse(doctor.Output).RootElement.EnumerateArray()
            .Where(finding => finding.GetProperty("subject").GetString() == "certificate of a reseller")
            .Select(finding => finding.GetProperty("text").GetString()!)];
        Assert.HasCount(2, findings);
        StringAssert.StartsWith(findings[0], $"{Ritas}: The certificate is good.");
        StringAssert.StartsWith(findings[1], $"{Wrong}: Waiting for DNS. The name leads to no address");

        string? first = await SerialAsync(authority, port, Ritas);
        await Poll.UntilAsync(async () => await SerialAsync(authority, port, Ritas) is { } next && next != first, s_orders,
            "it is renewed");
        await appliance.ExecuteAsync($"update resellers set host_name = null, changed_at = now() where host_name = '{Ritas}'");
        await Poll.UntilAsync(async () => await SerialAsync(authority, port, Ritas) is null, because: "it is taken away");
    }

    private static async Task<object?> ServedAsync(RunningAppliance appliance)
    {
        await using var database = appliance.OpenDatabase();
        await using var command = database.CreateCommand("select string_agg(host_name, ' ') from served_host_names");
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Of the certificate that is shown for a name; null when a client refuses it.</summary>
    private static async Task<string?> SerialAsync(AcmeAuthority authority, int port, string name)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream());
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authority.RootFile);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = trust });
            return tls.RemoteCertificate!.GetSerialNumberString();
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return null;
        }
    }
}
