using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Providers;

[TestClass]
public sealed class ProviderCapsTests
{
    private static async Task<DateTimeOffset?> UpdatedAsync(ControlPlaneTest plane, long id)
    {
        await plane.Services.GetRequiredService<ProviderCaps>().UpdateAsync(default);
        return (await plane.AskAsync((ProviderQueries q) => q.FindAsync(id, default))).Value.CapReachedUntil;
    }

    private static Task<int> UseAsync(ControlPlaneTest plane, long provider, DateTimeOffset at, long bytes) =>
        plane.Database.ExecuteAsync($"""
        insert into provider_days as known (provider_id, day, bytes) values ({provider}, '{at.UtcDateTime:yyyy-MM-dd}', {bytes})
        on conflict (provider_id, day) do update set bytes = known.bytes + excluded.bytes
        """);

    private static async Task<long> CappedAsync(ControlPlaneTest plane, string name, long? daily, long? monthly) =>
        (await plane.AskAsync((AddProvider add) => add.ExecuteAsync(
            new(name, new("http://gw.test:1") { DailyCapBytes = daily, MonthlyCapBytes = monthly }), default))).Value.Id;

    [TestMethod]
    public async Task Day_CapReached_IsMarkedUntilTomorrow()
    {
        await using var plane = await ControlPlaneTest.StartAsync(); // it is 13:30 on 22 November
        long acme = await CappedAsync(plane, "acme", 1000, null), other = await CappedAsync(plane, "other", 1000, null);
        await UseAsync(plane, acme, plane.Time.Now.AddDays(-1), 5000);
        await UseAsync(plane, acme, plane.Time.Now.AddHours(-2), 999);
        Assert.IsNull(await UpdatedAsync(plane, acme));

        await UseAsync(plane, acme, plane.Time.Now.AddHours(-1), 1);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), await UpdatedAsync(plane, acme));
        Assert.IsNull(await UpdatedAsync(plane, other), "an outage of one provider is not another's");

        plane.Time.SetUtcNow(new(2026, 11, 23, 0, 0, 5, TimeSpan.Zero));
        Assert.IsNull(await UpdatedAsync(plane, acme));
    }

    [TestMethod]
    public async Task Month_CapReached_IsMarkedUntilNextMonthOrRaised()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long acme = await CappedAsync(plane, "acme", 3000, 4000);
        await UseAsync(plane, acme, new(2026, 10, 31, 23, 0, 0, TimeSpan.Zero), 9000);
        await UseAsync(plane, acme, new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), 4000);

        Assert.AreEqual(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), await UpdatedAsync(plane, acme));
        await plane.AskAsync((UpdateProvider update) =>
            update.ExecuteAsync(new(acme, new("http://gw.test:1") { MonthlyCapBytes = 5000 }), default));
        Assert.IsNull(await UpdatedAsync(plane, acme));
        await plane.AskAsync((UpdateProvider update) => update.ExecuteAsync(new(acme, new("http://gw.test:1")), default));
        Assert.IsNull(await UpdatedAsync(plane, acme), "no cap, nothing to reach");
    }
}
