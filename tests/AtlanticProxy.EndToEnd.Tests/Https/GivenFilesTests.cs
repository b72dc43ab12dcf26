using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Https;

/// <summary>The portal's certificate from files, and who may see health behind a proxy.</summary>
[TestClass]
public sealed class GivenFilesTests
{
    private const string Name = "given.localhost";

    [TestMethod]
    public async Task Files_GivenAndReplaced_AreServedByPortalAndProxyWithoutARestart()
    {
        var folder = Directory.CreateTempSubdirectory("atlantic-https-");
        try
        {
            string file = Path.Combine(folder.FullName, "portal.pem"), key = Path.Combine(folder.FullName, "portal.key");
            Write(file, key);
            await using var appliance = await RunningAppliance.StartEmptyAsync(
                "--Portal:CertificateFile", file, "--Portal:CertificateKeyFile", key, "--Portal:HttpsListen", "127.0.0.1:0",
                "--Engine:Tls:0", "127.0.0.1:0");
            var https = new Uri(appliance.Ready.PortalHttps!);

            // Its own authority, so that curl's success says which of the two certificates it got.
            await ServesAsync(appliance, file);
            string location = $"Location: https://{Name}:{https.Port}/sign-in?a=b\r\n";
            foreach (string host in new[] { Name, "evil.example" })
                StringAssert.Contains(
                    (await Tool.CurlAsync("-i", "-H", $"Host: {host}", $"{appliance.Ready.Portal}/sign-in?a=b")).Text, location);

            Write(file, key);
            await ServesAsync(appliance, file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    [DataRow("X-Forwarded-For: 203.0.113.9"), DataRow("X-Forwarded-For: 127.0.0.1"), DataRow("X-Real-IP: 203.0.113.9")]
    public async Task Health_ThroughAProxyOnThisMachine_IsNotThere(string header)
    {
        foreach (string path in new[] { "/health", "/health/ready", "/health/live" })
        {
            string url = $"{SharedAppliance.Demo.Ready.Portal}{path}";
            StringAssert.StartsWith((await Tool.CurlAsync("-i", "-H", header, url)).Text, "HTTP/1.1 404 ");
            StringAssert.StartsWith((await Tool.CurlAsync("-i", url)).Text, "HTTP/1.1 200 ");
        }
    }

    private static async Task ServesAsync(RunningAppliance appliance, string authority)
    {
        int https = new Uri(appliance.Ready.PortalHttps!).Port, proxy = IPEndPoint.Parse(appliance.Ready.ProxyTls!).Port;
        await Poll.UntilAsync(
            async () => (await Tool.CurlAsync("-f", "--cacert", authority, $"https://{Name}:{https}/sign-in")).ExitCode == 0,
            because: "the portal serves the certificate");
        // A refusal by the proxy is an answer by its TLS.
        await Poll.UntilAsync(
            async () => (await Tool.CurlAsync(
                "-x", $"https://{Name}:{proxy}", "--proxy-cacert", authority, "-o", "/dev/null", "-w", "%{http_code}",
                "http://exit.test/")).Text == "407",
            because: "the proxy serves it, too");
    }

    private static void Write(string file, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name} {Guid.CreateVersion7():n}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(file, certificate.ExportCertificatePem());
    }
}
