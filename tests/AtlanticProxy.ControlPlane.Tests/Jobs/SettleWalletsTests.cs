using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.Jobs;

[TestClass]
public sealed class SettleWalletsTests
{
    private static Task<JobReport> SettleAsync(ControlPlaneTest plane) =>
        plane.AskAsync((SettleWallets settle) => settle.ExecuteAsync(default));

    private static async Task<Metered> UsedAsync(ControlPlaneTest plane, string name)
    {
        var user = await Metered.StartAsync(plane, new($"Plan of {name}", PlanKind.PerGb, 100, "USD"), name);
        await user.CreditAsync(1000);
        await user.BookAsync("n", 2 * Metered.Gb);
        return user;
    }

    [TestMethod]
    public async Task Settle_OneWalletCannotBeCharged_ChargesTheOthersAndNamesIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await UsedAsync(plane, "ann");
        var bob = await UsedAsync(plane, "bob");
        var eve = await UsedAsync(plane, "eve");
        await plane.Database.ExecuteAsync(
            $"update quota_accounts set currency = 'no' where id = {bob.AccountId}"); // which no ledger account may have

        var report = await SettleAsync(plane);

        Assert.AreEqual("2 wallets charged", report.Done);
        StringAssert.StartsWith(report.Failures.Single(), "bob@example.com was not charged: ");
        foreach (var (user, unsettled) in new[] { (ann, 0), (bob, 2 * Metered.Gb), (eve, 0) })
            Assert.AreEqual(unsettled, await user.ColumnAsync("unsettled"), user.Customer.Email);
        Assert.AreEqual(2,
            await plane.Database.ScalarAsync<long>("select count(*) from ledger_transactions where kind = 'usage'"));

        await plane.Database.ExecuteAsync($"update quota_accounts set currency = 'USD' where id = {bob.AccountId}");
        Assert.AreEqual("1 wallets charged", (await SettleAsync(plane)).Done, "mended, the next run does what is due");
        Assert.IsEmpty(await plane.AskAsync((VerifyBalances verify) => verify.ExecuteAsync(default)));
    }

    [TestMethod]
    public async Task Settle_FourAtOnce_ChargesOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await UsedAsync(plane, "ann");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SettleAsync(plane)));

        Assert.AreEqual(1,
            await plane.Database.ScalarAsync<long>("select count(*) from ledger_transactions where kind = 'usage'"));
        Assert.AreEqual(800, await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
    }

    [TestMethod]
    public void Jobs_Ids_AreUniqueAndFound()
    {
        CollectionAssert.AllItemsAreUnique(ClusterJobs.All.Select(job => job.Id).ToList());
        foreach (var job in ClusterJobs.All)
        {
            Assert.AreSame(job, ClusterJobs.Find(job.Id));
            Assert.IsTrue(job.Type.IsAssignableTo(typeof(IClusterJob)), job.Id);
        }
        Assert.IsNull(ClusterJobs.Find("job-of-another-version"));
    }
}
