using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Routing;

/// <summary>What is wrong between the reseller and a provider is the reseller's to know, and never the client's.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FailoverTests
{
    private static RoutedAppliance s_routed = null!;
    private static bool s_hasOperator;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_routed = await SharedAppliance.Routed;

    [TestCleanup]
    public Task RecoverAsync() => s_routed.RecoverAsync();

    [TestMethod]
    [DataRow(407)]
    [DataRow(402)]
    public async Task Provider_RejectingUs_IsPassedOverAndTheOperatorIsTold(int status)
    {
        var first = await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-r{status}");
        s_routed.Provider(first.Provider).Simulator.Fault = status == 407
            ? SimulatorFault.Reject407
            : SimulatorFault.Status(status);

        var moved = await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-r{status}");

        Assert.AreNotEqual(first.Provider, moved.Provider);
        // Nobody else is in that pool. The probes may have opened the breaker, which refuses with 503 until its next trial.
        await Poll.UntilAsync(async () =>
        {
            string alone = await ShownExit.AskForHeadAsync(s_routed.Appliance, s_routed.User(first.Provider));
            Assert.DoesNotContain("Proxy-Authenticate", alone);
            Assert.Contains(StatusOf(alone), ["502", "503"]);
            return StatusOf(alone) == "502";
        });
        var health = await s_routed.HealthAsync();
        Assert.AreEqual("Degraded", health.GetProperty("status").GetString());
        StringAssert.Contains(health.GetProperty("description").GetString(), $"{first.Provider} rejects our account");
        await ShouldBeShownToOperatorsAsync(first.Provider);
        StringAssert.Contains(await LogAsync(), $"Provider {first.Provider} rejects us");
    }

    [TestMethod]
    public async Task Providers_AllDown_AreFoundByProbesAndTheirTrafficIsRefused()
    {
        foreach (var provider in s_routed.Providers)
            provider.Simulator.Fault = SimulatorFault.Refuse;

        // The probes find out, without any client.
        await Poll.UntilAsync(async () =>
            (await s_routed.HealthAsync()).GetProperty("data").EnumerateObject()
                .Count(fact => fact.Value.GetString() == "Down") == s_routed.Providers.Count);

        Assert.AreEqual("Degraded", (await s_routed.HealthAsync()).GetProperty("status").GetString(),
            "The list and the own addresses still work.");
        string head = await ShownExit.AskForHeadAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Mixed));
        Assert.Contains(StatusOf(head), ["502", "503"], "503, unless it is just the one that may try again.");
    }

    private static string StatusOf(string head) => head["HTTP/1.1 ".Length..][..3];

    private static async Task ShouldBeShownToOperatorsAsync(string provider)
    {
        const string Email = "operator@example.test", Password = "calm-harbour-at-night";
        if (!s_hasOperator)
            await s_routed.Appliance.CliAsync(["admin", "create", Email, "--password-stdin"], Password);
        s_hasOperator = true;
        using var portal = await PortalSession.SignInAsync(new Uri(s_routed.Appliance.Ready.Portal), Email, Password);
        string page = await portal.GetAsync("/admin/providers");
        StringAssert.Matches(page,
            new($@"<th scope=""row"">{provider}</th>\s*<td><span class=""badge-state bad"">Rejects your account<"), page);
    }

    private static async Task<string> LogAsync()
    {
        var text = new System.Text.StringBuilder();
        foreach (string file in Directory.EnumerateFiles(s_routed.Appliance.DataDirectory, "*.log*", SearchOption.AllDirectories))
            text.Append(await File.ReadAllTextAsync(file));
        return text.Append(s_routed.Appliance.Output).ToString();
    }
}
