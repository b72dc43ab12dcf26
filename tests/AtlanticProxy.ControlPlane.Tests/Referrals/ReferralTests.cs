using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Tests.Invoices;

namespace AtlanticProxy.ControlPlane.Tests.Referrals;

[TestClass]
public sealed class ReferralTests
{
    private static async Task<string> SetAsync(ControlPlaneTest plane, ReferralSettings settings)
    {
        var set = await plane.AskAsync((SetReferrals command) => command.ExecuteAsync(settings, default));
        return set.IsSuccess ? $"{set.Value}" : set.Codes();
    }

    private static async Task<ReferralSummary> SummaryAsync(ControlPlaneTest plane, long customer) =>
        (await plane.AskAsync((ReferralQueries queries) => queries.FindAsync(Scope.Of(customer), customer, default))).Value;

    private static async Task<string> AcceptAsync(ControlPlaneTest plane, long customer, string? code) =>
        (await plane.AskAsync((AcceptReferral accept) => accept.ExecuteAsync(new(customer, code!), default))).Codes();

    private static async Task<string> ClearAsync(ControlPlaneTest plane) =>
        (await plane.AskAsync((ClearCommissions clear) => clear.ExecuteAsync(default))).Done;

    private static Task<long> WalletAsync(ControlPlaneTest plane, long customer) => plane.Database.ScalarAsync<long>(
        $"select coalesce(sum(balance), 0)::bigint from ledger_accounts where kind = 'wallet' and customer_id = {customer}");

    [TestMethod]
    public async Task Commission_OfAPaidInvoice_IsGivenOnceItIsCleared()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        await SetAsync(plane, new(true));
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        Assert.AreEqual("", await AcceptAsync(plane, ben.Id, (await SummaryAsync(plane, ann.Id)).Code!.ToUpperInvariant()));
        await plane.FillWalletAsync(ben.Id, 1190);
        await plane.PayAsync(await plane.InvoiceAsync(ben.Id));

        Assert.AreEqual("1 commissions noted, 0 given or taken back", await ClearAsync(plane));
        plane.Time.Jump(TimeSpan.FromDays(29));
        Assert.AreEqual("0 commissions noted, 0 given or taken back", await ClearAsync(plane));
        var pending = await SummaryAsync(plane, ann.Id);
        Assert.AreEqual((1, new ReferralEarnings("EUR", 200, 0)), (pending.Referred, pending.Earnings.Single()));
        plane.Time.Jump(TimeSpan.FromDays(1));
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ClearAsync(plane)));

        Assert.AreEqual(200L, await WalletAsync(plane, ann.Id), "20 % of 10.00, without tax");
        Assert.AreEqual(-200L, await plane.BalanceAsync("commission_expense"));
        Assert.AreEqual(1, runs.Count(run => run.EndsWith("1 given or taken back", StringComparison.Ordinal)));
        Assert.AreEqual(new ReferralEarnings("EUR", 0, 200), (await SummaryAsync(plane, ann.Id)).Earnings.Single());
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Commission_OfAnInvoiceThatIsCredited_IsLessOrNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await SetAsync(plane, new(true, 12.5m, 10));
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        await AcceptAsync(plane, ben.Id, (await SummaryAsync(plane, ann.Id)).Code);
        await plane.FillWalletAsync(ben.Id, 2000);
        var (half, all) = (await plane.InvoiceAsync(ben.Id), await plane.InvoiceAsync(ben.Id));
        await plane.PayAsync(half);
        await plane.PayAsync(all);
        await ClearAsync(plane);
        await plane.CreditAsync(half, 500);
        await plane.CreditAsync(all);
        plane.Time.Jump(TimeSpan.FromDays(10));

        Assert.AreEqual("0 commissions noted, 2 given or taken back", await ClearAsync(plane));

        Assert.AreEqual(63L, await WalletAsync(plane, ann.Id)); // 62.5
        Assert.AreEqual("0 commissions noted, 0 given or taken back", await ClearAsync(plane));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    public async Task Commission_RefundedAfterItWasGivenAndSpent_IsTakenBackAsTheWalletHasIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await SetAsync(plane, new(true, 20, 0));
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        await AcceptAsync(plane, ben.Id, (await SummaryAsync(plane, ann.Id)).Code);
        await plane.FillWalletAsync(ben.Id, 1000);
        var invoice = await plane.InvoiceAsync(ben.Id);
        await plane.PayAsync(invoice);
        await ClearAsync(plane);
        Assert.IsTrue((await plane.AskAsync((ChargeWallet charge) =>
            charge.ExecuteAsync(new(ann.Id, 150, "EUR", "spent"), default))).IsSuccess);
        await plane.CreditAsync(invoice);

        await ClearAsync(plane);
        Assert.AreEqual(0L, await WalletAsync(plane, ann.Id), "not below zero");
        Assert.AreEqual("0 commissions noted, 0 given or taken back", await ClearAsync(plane));
        await plane.FillWalletAsync(ann.Id, 500);
        await ClearAsync(plane);

        Assert.AreEqual(350L, await WalletAsync(plane, ann.Id));
        Assert.AreEqual(0L, await plane.BalanceAsync("commission_expense"));
        await plane.AssertBooksAgreeAsync();
    }

    [TestMethod]
    [DataRow("ann+shop@example.com")]
    [DataRow("a.nn@gmail.com")]
    public async Task Referral_OfOneselfByAnotherSpelling_IsRefused(string email)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await SetAsync(plane, new(true));
        var ann = await plane.CustomerAsync(email.Contains("gmail", StringComparison.Ordinal) ? "ann@googlemail.com"
            : "ann@example.com");
        var again = await plane.CustomerAsync(email);
        string? code = (await SummaryAsync(plane, ann.Id)).Code;

        Assert.AreEqual("referral.self@Code", await AcceptAsync(plane, again.Id, code));
        Assert.AreEqual("referral.self@Code", await AcceptAsync(plane, ann.Id, code));
    }

    [TestMethod]
    public async Task Referral_OfTheSameCompanyOrAddress_IsRefusedAndOfColleaguesIsNot()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await SetAsync(plane, new(true));
        var ann = await plane.CustomerAsync();
        string? code = (await SummaryAsync(plane, ann.Id)).Code;
        await plane.BillToAsync(ann.Id, "FR", "FR12345678901");
        var vat = await plane.CustomerAsync("vat@other.test");
        await plane.Database.ExecuteAsync($"update customers set vat_id = 'FR12345678901' where id = {vat.Id}");
        var address = await plane.CustomerAsync("address@other.test");
        await plane.Database.ExecuteAsync(
            $"update customers set country = 'FR', street_address = '1, Rue du Port, 75001 paris' where id = {address.Id}");
        var colleague = await plane.CustomerAsync("ben@example.com");

        Assert.AreEqual("referral.self@Code", await AcceptAsync(plane, vat.Id, code));
        Assert.AreEqual("referral.self@Code", await AcceptAsync(plane, address.Id, code));
        Assert.AreEqual("", await AcceptAsync(plane, colleague.Id, code));
        Assert.AreEqual("referral.taken", await AcceptAsync(plane, colleague.Id, code));
    }

    [TestMethod]
    public async Task Referral_ThatCannotBe_IsRefusedWithWords()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        Assert.AreEqual("referral.off", await AcceptAsync(plane, ben.Id, "x"));
        Assert.IsNull((await SummaryAsync(plane, ann.Id)).Code);
        await SetAsync(plane, new(true));
        string? code = (await SummaryAsync(plane, ann.Id)).Code;
        Assert.AreEqual(code, (await SummaryAsync(plane, ann.Id)).Code, "it stays");

        Assert.AreEqual("referral.code_unknown@Code", await AcceptAsync(plane, ben.Id, "nothing"));
        Assert.AreEqual("customer.not_found", await AcceptAsync(plane, 99, code));
        await plane.FillWalletAsync(ben.Id, 1000);
        await plane.PayAsync(await plane.InvoiceAsync(ben.Id));
        Assert.AreEqual("referral.not_new", await AcceptAsync(plane, ben.Id, code));
        Assert.AreEqual("customer.not_found", (await plane.AskAsync((ReferralQueries queries) =>
            queries.FindAsync(Scope.Of(ann.Id), ben.Id, default))).Codes());
    }

    [TestMethod]
    public async Task Settings_Set_AreWhatIsRead()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var settings = new ReferralSettings(true, 12.5m, 14);

        Assert.AreEqual(new ReferralSettings(false, 20, 30),
            await plane.AskAsync((ReferralQueries queries) => queries.SettingsAsync(default)));
        Assert.AreEqual(("True", "False"), (await SetAsync(plane, settings), await SetAsync(plane, settings)));
        Assert.AreEqual(settings, await plane.AskAsync((ReferralQueries queries) => queries.SettingsAsync(default)));
        Assert.AreEqual("referral.percent_invalid@Percent", await SetAsync(plane, settings with { Percent = 101 }));
        Assert.AreEqual("referral.percent_invalid@Percent", await SetAsync(plane, settings with { Percent = 0.001m }));
        Assert.AreEqual("referral.days_invalid@ClearingDays", await SetAsync(plane, settings with { ClearingDays = 366 }));
    }
}
