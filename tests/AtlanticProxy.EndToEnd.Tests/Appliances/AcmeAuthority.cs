using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>
/// pebble, an ACME authority for tests, with a name server that leads every name to this machine. It asks its challenges at
/// <see cref="ChallengePort"/>, and refuses one valid nonce in twenty, as clients must bear.
/// </summary>
public sealed class AcmeAuthority : IAsyncDisposable
{
    /// <summary>A name that it issues nothing for.</summary>
    public const string RefusedName = "refused.localhost";

    private readonly string _folder = Directory.CreateTempSubdirectory("atlantic-acme-").FullName;
    private readonly List<Process> _processes = [];
    private readonly int _port = FreePort(), _management = FreePort();

    private AcmeAuthority()
    {
    }

    /// <summary>Where the portal's plain HTTP must listen.</summary>
    public int ChallengePort { get; } = FreePort();

    /// <summary>What clients trust to trust its certificates, PEM.</summary>
    public string RootFile => Path.Combine(_folder, "root.pem");

    private string OwnCertificateFile => Path.Combine(_folder, "own.pem");

    /// <param name="life">Of the certificates that it issues.</param>
    public static async Task<AcmeAuthority> StartAsync(TimeSpan life)
    {
        var authority = new AcmeAuthority();
        try
        {
            authority.WriteOwnCertificate();
            int names = FreePort();
            File.WriteAllBytes(authority.In("pebble.json"), JsonSerializer.SerializeToUtf8Bytes(new
            {
                pebble = new
                {
                    listenAddress = $"127.0.0.1:{authority._port}",
                    managementListenAddress = $"127.0.0.1:{authority._management}",
                    certificate = authority.OwnCertificateFile, privateKey = authority.In("own.key"),
                    httpPort = authority.ChallengePort, tlsPort = FreePort(),
                    certificateValidityPeriod = (long)life.TotalSeconds, domainBlocklist = new[] { RefusedName },
                },
            }));
            authority.Run(
                "pebble-challtestsrv", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dns01", $"127.0.0.1:{names}",
                "-http01", "", "-https01", "", "-tlsalpn01", "", "-management", $"127.0.0.1:{FreePort()}");
            authority.Run("pebble", "-config", authority.In("pebble.json"), "-dnsserver", $"127.0.0.1:{names}");
            await authority.FetchRootAsync();
            return authority;
        }
        catch
        {
            await authority.DisposeAsync();
            throw;
        }
    }

    /// <summary>What makes an appliance get a certificate for <paramref name="hostName"/> here.</summary>
    public string[] SettingsFor(string hostName) =>
    [
        "--Portal:HostName", hostName, "--Portal:HttpsListen", "127.0.0.1:0", "--Portal:HttpListen", $"127.0.0.1:{ChallengePort}",
        "--Acme:AgreeToTerms", "true", "--Acme:Email", "owner@example.test", "--Acme:Directory", $"https://127.0.0.1:{_port}/dir",
        "--Acme:CaFile", OwnCertificateFile,
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void WriteOwnCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=pebble", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(OwnCertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(In("own.key"), key.ExportECPrivateKeyPem());
    }

    private Task FetchRootAsync() => Poll.UntilAsync(async () =>
    {
        var root = await Testing.Network.Tool.CurlAsync(
            "--cacert", OwnCertificateFile, "-o", RootFile, "-f",
            string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_management}/roots/0"));
        return root.ExitCode == 0;
    }, because: "the authority answers");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
