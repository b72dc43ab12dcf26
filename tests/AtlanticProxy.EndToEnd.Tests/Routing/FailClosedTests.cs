using System.Globalization;
using System.Text.Json;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Routing;

/// <summary>
/// No route, no traffic: with every provider down, nothing leaves from the machine's own address, names to resolve included. The
/// appliance runs in a network of its own, whose only way out leads into a wire that counts.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class FailClosedTests
{
    private const string Customer = "buyer@example.test";

    private static RunningAppliance s_appliance = null!;
    private static ProxyCredentials s_user = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        s_appliance = await RunningAppliance.StartInIsolationAsync("--Engine:ProbeUrl", "http://exit.test/",
            "--Engine:ProbeInterval", "00:00:01");
        // Port 9 is "discard", which nobody serves here. The one that speaks SOCKS5 could carry datagrams.
        await s_appliance.CliAsync(
            ["provider", "add", "dead", "--endpoint", "http://127.0.0.1:9", "--username",
                "acme[-country-{country}][-session-{session}]", "--password-stdin"], "secret");
        await s_appliance.CliAsync(
            ["provider", "add", "deadsocks", "--endpoint", "socks5://127.0.0.1:9", "--username",
                "acme[-country-{country}][-session-{session}]", "--password-stdin"], "secret");
        await s_appliance.CliAsync(["customer", "add", Customer]);
        var added = await s_appliance.CliAsync(["proxy-user", "add", Customer, "buyer"]);
        s_user = new ProxyCredentials(added.GetProperty("username").GetString()!, added.GetProperty("password").GetString()!);
        await Poll.UntilAsync(async () =>
            (await StatusAsync("-x", s_appliance.ProxyFor(s_user), "http://example.com/")) is 502 or 503);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (s_appliance is not null) // it did not start, where there is no root
            await s_appliance.DisposeAsync();
    }

    [TestMethod]
    public async Task Traffic_WithEveryProviderDown_IsRefusedAndNothingLeavesTheMachine()
    {
        long before = await SentAsync();
        foreach (string targeting in new[] { "", "-country-us-session-a", "-session-b-strict" })
        {
            var user = s_user with { Username = s_user.Username + targeting };
            foreach (string target in new[] { "http://example.com/", "http://8.8.8.8/", "http://[2001:4860:4860::8888]/" })
            {
                Assert.Contains(await StatusAsync("-x", s_appliance.ProxyFor(user), target), [502, 503], target);
                Assert.Contains(await StatusAsync("-p", "-x", s_appliance.ProxyFor(user), target), [502, 503],
                    $"CONNECT {target}");
                foreach (string scheme in new[] { "socks5h", "socks5" })
                    if (scheme == "socks5h"
                        || !target.Contains("example",
                            StringComparison.Ordinal)) // with socks5, curl itself would ask for the name
                        Assert.AreEqual(97, (await CurlAsync("-x", s_appliance.ProxyFor(user, scheme), target)).ExitCode,
                            $"{scheme} {target}: curl could not go through the proxy");
            }
            Assert.AreNotEqual(0, await AssociateAsync(user), "UDP ASSOCIATE");
        }

        Assert.AreEqual(before, await SentAsync(), "Packets left the machine.");
        // The probes go through the providers, too, and find none that works: a load balancer should look elsewhere.
        await Poll.UntilAsync(async () => await StatusAsync("--noproxy", "*", $"{s_appliance.Ready.Portal}/health/ready") == 503);
        Assert.AreEqual(before, await SentAsync(), "Packets left the machine.");
    }

    [TestMethod]
    [DataRow("http://8.8.8.8/", DisplayName = "an address")]
    [DataRow("http://example.com/", DisplayName = "a name, which must be asked for")]
    public async Task Counter_OfThatNetwork_MovesWhenSomethingIsSent(string target)
    {
        long before = await SentAsync();

        Assert.AreNotEqual(0, (await CurlAsync("-m", "1", target)).ExitCode);

        Assert.IsGreaterThan(before, await SentAsync());
    }

    private static Task<ToolResult> CurlAsync(params string[] arguments) =>
        s_appliance.RunBesideAsync("curl", ["-q", "-sS", "-m", "20", .. arguments]);

    private static async Task<int> StatusAsync(params string[] arguments)
    {
        // Of a CONNECT that is refused, curl shows the proxy's status as http_connect.
        var answer = await CurlAsync(["-o", "/dev/null", "-w", "%{http_code} %{http_connect}", .. arguments]);
        return answer.Text.Split(' ').Select(code => int.Parse(code, CultureInfo.InvariantCulture)).Max();
    }

    private static async Task<int> AssociateAsync(ProxyCredentials user)
    {
        var answer = await s_appliance.RunBesideAsync(
            "python3", [Path.Combine(Checkout.Clients, "associate.py"), "127.0.0.1",
                s_appliance.Proxy.Port.ToString(CultureInfo.InvariantCulture), user.Username, user.Password]);
        Assert.AreEqual(0, answer.ExitCode, $"{answer}");
        return int.Parse(answer.Text, CultureInfo.InvariantCulture);
    }

    /// <summary>Packets that have left, of any kind.</summary>
    private static async Task<long> SentAsync()
    {
        var shown = await s_appliance.RunBesideAsync("ip", ["-json", "-statistics", "link", "show", "out0"]);
        return JsonDocument.Parse(shown.Output).RootElement[0].GetProperty("stats64").GetProperty("tx").GetProperty("packets")
            .GetInt64();
    }
}
