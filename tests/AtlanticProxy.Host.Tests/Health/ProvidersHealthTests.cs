using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Host.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Tests.Health;

[TestClass]
public sealed class ProvidersHealthTests
{
    [TestMethod]
    [DataRow(new ProviderCondition[0], HealthStatus.Healthy, DisplayName = "none yet")]
    [DataRow(new[] { ProviderCondition.Healthy, ProviderCondition.Healthy }, HealthStatus.Healthy)]
    [DataRow(new[] { ProviderCondition.Healthy, ProviderCondition.Down }, HealthStatus.Degraded)]
    [DataRow(new[] { ProviderCondition.Healthy, ProviderCondition.RejectsUs }, HealthStatus.Degraded)]
    [DataRow(new[] { ProviderCondition.Healthy, ProviderCondition.CapReached }, HealthStatus.Degraded)]
    [DataRow(new[] { ProviderCondition.Degraded }, HealthStatus.Degraded)]
    [DataRow(new[] { ProviderCondition.Down }, HealthStatus.Unhealthy)]
    [DataRow(new[] { ProviderCondition.RejectsUs, ProviderCondition.CapReached }, HealthStatus.Unhealthy)]
    public async Task Health_OfProviders_IsThatOfTheirWorst_AndUnhealthyOnlyWithoutAny(
        ProviderCondition[] conditions, HealthStatus expected) =>
        Assert.AreEqual(expected,
            (await CheckAsync([.. conditions.Select((condition, at) => Status($"p{at}", condition))])).Status);

    [TestMethod]
    public async Task Description_NamesWhoIsUnwellAndWhy()
    {
        var at = new DateTimeOffset(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);

        var result = await CheckAsync(
            Status("acme", ProviderCondition.RejectsUs) with { LastFault = "rejects our account (407)", LastFaultAt = at },
            Status("well", ProviderCondition.Healthy) with { LastFault = "silent", LastFaultAt = at },
            Status("part", ProviderCondition.Degraded) with { CountriesDown = ["de", "us"] });

        Assert.AreEqual("acme rejects our account, last at 2026-11-22 03:00:00Z: rejects our account (407); part fails in de, us",
            result.Description);
        Assert.AreEqual("RejectsUs", result.Data["acme"]);
    }

    private static Task<HealthCheckResult> CheckAsync(params ProviderStatus[] providers) =>
        new ProvidersHealth(new Fixed(providers)).CheckHealthAsync(new HealthCheckContext());

    private static ProviderStatus Status(string name, ProviderCondition condition) =>
        new(1, name, condition, 0, 0, 0, TimeSpan.Zero, [], "", null);

    private sealed class Fixed(IReadOnlyList<ProviderStatus> providers) : IProviderStatuses
    {
        public IReadOnlyList<ProviderStatus> Current => providers;
    }
}
