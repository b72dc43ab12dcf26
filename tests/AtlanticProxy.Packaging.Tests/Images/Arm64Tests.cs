using System.Globalization;
using System.Net;
using System.Text.Json;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>The image for arm64, on this machine: every way into the proxy, and that what passed is booked to the byte.</summary>
[TestClass]
public sealed class Arm64Tests
{
    private const string Customer = "arm@example.test", ProviderPassword = "upstream-secret";
    private const int Size = 300_000;

    /// <summary>Emulated code is slower by a factor of ten or so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    public async Task Appliance_OnArm64_ServesEveryDialectAndBooksItToTheByte()
    {
        var image = await Image.OfAsync("arm64");
        var server = await PostgresServer.SharedAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var origin = await OriginServer.StartAsync();
        await using var provider = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = ProviderPassword }, TimeProvider.System,
            NullLoggerFactory.Instance);
        await using var appliance = await EmulatedAppliance.StartAsync(image, database,
            "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0", "--Engine:Shadowsocks:0", "127.0.0.1:0",
            "--Engine:Tls:0", "127.0.0.1:0", "--Engine:TlsCertificateFile", origin.CertificateFile,
            "--Engine:TlsKeyFile", origin.KeyFile, "--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8", "--Engine:ProbeUrl", "");
        await appliance.CliAsync(
            ["provider", "add", "simulated", "--endpoint", $"http://{provider.Endpoint}", "--username",
                "acme[-session-{session}]", "--password-stdin"], ProviderPassword);
        await appliance.CliAsync(["customer", "add", Customer]);
        string portal = appliance.Address("portal"), proxy = appliance.Address("proxy");
        StringAssert.Contains((await Tool.CurlAsync("-L", $"{portal}/sign-in")).Text, "<form");
        StringAssert.Contains((await Tool.CurlAsync($"{portal}/health/ready")).Text, "Healthy");

        // In the clear the proxy's own head is billed as well; inside tunnels, what curl says to the origin.
        var plain = await FetchAsync(origin, "-x", await UserAsync("plainuser", "http", proxy));
        var tls = await FetchAsync(origin, "--proxy-cacert", origin.CertificateFile,
            "-x", await UserAsync("tlsuser", "https", appliance.Address("proxyTls")));
        var socks = await FetchAsync(origin, "-x", await UserAsync("socksuser", "socks5h", proxy));
        // curl counts the head of its CONNECT too: what is in this tunnel is what was in the one before.
        await FetchAsync(origin, "-p", "-x", await UserAsync("connectuser", "http", proxy));
        var shadowsocks = await FetchByShadowsocksAsync();

        await ShouldBeBookedAsync(appliance, new()
        {
            ["plainuser"] = plain, ["tlsuser"] = tls, ["socksuser"] = socks, ["connectuser"] = socks, ["ssuser"] = shadowsocks,
        });
        Assert.AreEqual(0, await appliance.StopAsync());

        async Task<string> UserAsync(string name, string scheme, string endpoint)
        {
            var added = await appliance.CliAsync(["proxy-user", "add", Customer, name]);
            string password = added.GetProperty("password").GetString()!;
            return $"{scheme}://{name}:{password}@{endpoint}";
        }

        async Task<(long, long)> FetchByShadowsocksAsync()
        {
            string listener = appliance.Address("shadowsocks");
            await appliance.CliAsync(["proxy-user", "add", Customer, "ssuser"]);
            var key = await appliance.CliAsync(["proxy-user", "shadowsocks", "add", "ssuser", "--server", listener]);
            using var local = await SsLocal.StartAsync(IPEndPoint.Parse(listener), key.GetProperty("method").GetString()!,
                key.GetProperty("password").GetString()!);
            return await FetchAsync(origin, "-x", $"socks5h://{local.Endpoint}");
        }
    }

    /// <summary>A page through the proxy; the bytes up and down, heads and body, as curl counts them.</summary>
    private static async Task<(long Up, long Down)> FetchAsync(OriginServer origin, params string[] way)
    {
        string file = Path.GetTempFileName(), sizes = "";
        try
        {
            // A new proxy user, or key, is served within a second or so.
            await Poll.UntilAsync(async () =>
            {
                var fetched = await Tool.CurlAsync(
                    ["-f", "--max-time", "20", "-o", file, "-w", "%{size_request} %{size_header} %{size_download}", .. way,
                        origin.Http($"/bytes/{Size}").ToString()]);
                sizes = fetched.Text;
                return fetched.ExitCode == 0;
            }, Patience);
            CollectionAssert.AreEqual(OriginServer.Bytes(Size), await File.ReadAllBytesAsync(file));
        }
        finally
        {
            File.Delete(file);
        }
        long[] counts = [.. sizes.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return (counts[0], counts[1] + counts[2]);
    }

    private static async Task ShouldBeBookedAsync(EmulatedAppliance appliance, Dictionary<string, (long Up, long Down)> expected)
    {
        Dictionary<string, (long Up, long Down)> booked = [];
        try
        {
            await Poll.UntilAsync(async () =>
            {
                booked = (await appliance.CliAsync(["usage", "--customer", Customer])).EnumerateArray()
                    .GroupBy(row => row.GetProperty("proxyUser").GetString()!)
                    .ToDictionary(rows => rows.Key, rows => (rows.Sum(row => Bytes(row, "bytesUp")),
                        rows.Sum(row => Bytes(row, "bytesDown"))));
                return booked.Count == expected.Count && !booked.Except(expected).Any();
            }, Patience);
        }
        catch (TimeoutException)
        {
            CollectionAssert.AreEquivalent(expected, booked, "bytes up and down");
        }
    }

    private static long Bytes(JsonElement row, string name) => row.GetProperty(name).GetInt64();
}
