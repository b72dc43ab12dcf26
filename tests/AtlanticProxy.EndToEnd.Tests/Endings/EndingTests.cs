using System.Collections.Concurrent;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Endings;

/// <summary>Every refusal has its status and a <c>Proxy-Status</c> that says why.</summary>
[TestClass]
[DoNotParallelize]
public sealed class EndingTests
{
    // Half of the default, since one test waits for it. The provider is in this process, and a shared machine may stop for
    // seconds: those that are not silent must have answered by then.
    private const string DialTimeout = "00:00:05";

    private static ChainedAppliance s_chained = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) =>
        s_chained = await ChainedAppliance.StartAsync("--Engine:DialTimeout", DialTimeout);

    [ClassCleanup]
    public static async Task StopAsync() => await s_chained.DisposeAsync();

    /// <summary>And uses it, so that faults of one test do not add up with those of the next to an open breaker.</summary>
    [TestCleanup]
    public async Task RepairTheProviderAsync()
    {
        if (s_chained.Simulator.Fault == SimulatorFault.None)
            return;
        s_chained.Simulator.Fault = SimulatorFault.None;
        await Poll.UntilAsync(ServesAsync);
    }

    [TestMethod]
    [DataRow("buyer", "wrong", DisplayName = "wrong password")]
    [DataRow("nobody", "wrong", DisplayName = "unknown user")]
    [DataRow(null, null, DisplayName = "no credentials")]
    public async Task Credentials_ThatAreNotRight_Are407(string? username, string? password)
    {
        var user = username is null ? null : new ProxyCredentials(username, password!);

        string head = await ProxyClient.ConnectAsync(s_chained.Appliance, user, "exit.test:80");

        ShouldBeRefused(head, 407);
        StringAssert.Contains(head, "Proxy-Authenticate: Basic");
    }

    [TestMethod]
    public async Task UnknownUser_IsRefusedInTheSameTimeAsAWrongPassword()
    {
        // A refusal is held back for a good part of a second: several clients measure at once.
        const int Clients = 10, Rounds = 10, Samples = Clients * Rounds;
        var known = new ProxyCredentials(s_chained.User.Username, "wrong");
        var unknown = new ProxyCredentials("xxxxx", "wrong");
        ConcurrentBag<double> timesOfKnown = [], timesOfUnknown = [];

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                timesOfKnown.Add(await TimeAsync(known));
                timesOfUnknown.Add(await TimeAsync(unknown));
            }
        }));

        List<double> ofKnown = [.. timesOfKnown], ofUnknown = [.. timesOfUnknown];
        ofKnown.Sort();
        ofUnknown.Sort();
        // The noise is how far the middle half of one kind spreads; a difference within it tells nobody which names exist.
        double noise = Math.Max(ofKnown[Samples * 3 / 4] - ofKnown[Samples / 4],
            ofUnknown[Samples * 3 / 4] - ofUnknown[Samples / 4]);
        double difference = Math.Abs(ofKnown[Samples / 2] - ofUnknown[Samples / 2]);
        Assert.IsLessThanOrEqualTo(noise, difference,
            $"medians {ofKnown[Samples / 2]:0.000} and {ofUnknown[Samples / 2]:0.000} ms");
    }

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("[::1]")]
    [DataRow("localhost")]
    [DataRow("10.1.2.3")]
    [DataRow("2130706433")]
    public async Task PrivateDestination_WithoutExemption_Is403AndNeverAsked(string host)
    {
        long asked = s_chained.Simulator.Requests;

        string tunnel = await ProxyClient.ConnectAsync(s_chained.Appliance, s_chained.User,
            $"{host}:{SharedAppliance.Origin.Port}");
        string plain = await GetAsync($"http://{host}:{SharedAppliance.Origin.Port}/");

        ShouldBeRefused(tunnel, 403);
        ShouldBeRefused(plain, 403);
        Assert.AreEqual(asked, s_chained.Simulator.Requests, "The provider must not hear of it.");
    }

    [TestMethod]
    public async Task AppliancesOwnPort_EvenWhereLoopbackIsExempt_Is403()
    {
        foreach (string own in new[] { new Uri(SharedAppliance.Demo.Ready.Portal).Authority, SharedAppliance.Demo.Ready.Proxy })
            ShouldBeRefused(await ProxyClient.ConnectAsync(SharedAppliance.Demo, SharedAppliance.User, own), 403);
    }

    public static IEnumerable<object[]> BrokenProviders =>
    [
        ["refused", SimulatorFault.Refuse],
        ["our credentials rejected", SimulatorFault.Reject407],
        ["503", SimulatorFault.Status(503)],
        ["garbage", SimulatorFault.Garbage],
    ];

    [TestMethod]
    [DynamicData(nameof(BrokenProviders))]
    public async Task BrokenProvider_Is502(string name, SimulatorFault fault)
    {
        s_chained.Simulator.Fault = fault;

        ShouldBeRefused(await ProxyClient.ConnectAsync(s_chained.Appliance, s_chained.User, "origin.test:80"), 502, name);
    }

    [TestMethod]
    public async Task DeadProvider_RefusesPlainRequestsToo()
    {
        s_chained.Simulator.Fault = SimulatorFault.Refuse;

        ShouldBeRefused(await GetAsync("http://exit.test/"), 502);
    }

    [TestMethod]
    public async Task SilentProvider_Is504()
    {
        s_chained.Simulator.Fault = SimulatorFault.Blackhole;

        ShouldBeRefused(await ProxyClient.ConnectAsync(s_chained.Appliance, s_chained.User, "origin.test:80"), 504);
    }

    [TestMethod]
    public async Task RepairedProvider_ServesAgain()
    {
        s_chained.Simulator.Fault = SimulatorFault.Refuse;
        await ProxyClient.ConnectAsync(s_chained.Appliance, s_chained.User, "exit.test:80");

        s_chained.Simulator.Fault = SimulatorFault.None;

        Assert.IsTrue(await ServesAsync(), "One fault does not open its breaker.");
    }

    private static async Task<bool> ServesAsync() =>
        (await ProxyClient.ConnectAsync(s_chained.Appliance, s_chained.User, "exit.test:80"))
            .StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);

    private static async Task<string> GetAsync(string target)
    {
        using var client = await RawClient.ConnectAsync(s_chained.Appliance.Proxy);
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: x\r\n{ProxyClient.Authorization(s_chained.User)}\r\n");
        return await client.ReadHeadAsync();
    }

    private static async Task<double> TimeAsync(ProxyCredentials user)
    {
        using var client = await RawClient.ConnectAsync(s_chained.Appliance.Proxy);
        long start = TimeProvider.System.GetTimestamp();
        await client.SendAsync($"CONNECT exit.test:80 HTTP/1.1\r\nHost: exit.test:80\r\n{ProxyClient.Authorization(user)}\r\n");
        await client.ReadAsync(1);
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void ShouldBeRefused(string head, int status, string because = "")
    {
        StringAssert.StartsWith(head, $"HTTP/1.1 {status} ", because);
        StringAssert.Matches(head,
            new(@"\r\nProxy-Status: [a-z]+; error=[a-z_]+; details=""[A-Za-z]+""",
                System.Text.RegularExpressions.RegexOptions.IgnoreCase), head);
    }
}
