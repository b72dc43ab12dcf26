using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using AtlanticProxy.ControlPlane.Tests.Payments;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.Ledger;

/// <summary>The nightly audit finds what somebody did to the books by hand, and says it in a sentence.</summary>
[TestClass]
public sealed partial class BookProofTests
{
    private const string Ann = "ann@example.com (customer 1)";

    [TestMethod]
    [DataRow("update payments set received = 1100 where amount = 1000",
        $"Payment REF of {Ann} says that 11.00 USD came, and the ledger has 10.00 USD of it in the wallet: they differ by "
            + "1.00 USD.",
        "The gateways hold 41.26 USD by payments, refunds, fees, disputes and payouts, and 40.26 USD by the ledger: they differ "
            + "by 1.00 USD.")]
    [DataRow("update payments set amount = 1200 where amount = 1000",
        $"Payment REF of {Ann} over 12.00 USD is settled, and only 10.00 USD came: 2.00 USD is missing.")]
    [DataRow("update payments set refunded = 500 where amount = 1000",
        $"Payment REF of {Ann} says that 5.00 USD of it was refunded, and its refunds sum to 3.00 USD: they differ by 2.00 USD.")]
    [DataRow("update refunds set state = 'failed'; update payments set refunded = 0",
        $"Refund REF of payment REF of {Ann} says that 0.00 USD left us, and the ledger has 3.00 USD: they differ by 3.00 USD.",
        "The gateways hold 43.26 USD by payments, refunds, fees, disputes and payouts, and 40.26 USD by the ledger: they differ "
            + "by 3.00 USD.")]
    [DataRow("update payments set fee = 30 where amount = 1000",
        $"Payment REF of {Ann} cost a fee of 0.30 USD, and the ledger has 0.29 USD: they differ by 0.01 USD.",
        "The gateways hold 40.25 USD by payments, refunds, fees, disputes and payouts, and 40.26 USD by the ledger: they differ "
            + "by 0.01 USD.")]
    [DataRow("update disputes set state = 'won'",
        $"For dispute ID of payment REF of {Ann} the gateway holds 0.00 USD back, and by the ledger 20.00 USD: they differ by "
            + "20.00 USD.",
        "The gateways hold 60.26 USD by payments, refunds, fees, disputes and payouts, and 40.26 USD by the ledger: they differ "
            + "by 20.00 USD.")]
    [DataRow("update unallocated_money set amount = 600",
        "Of the receipt ID (Stripe), 6.00 USD waits to be placed, and by the ledger 5.00 USD: they differ by 1.00 USD.",
        "The gateways hold 41.26 USD by payments, refunds, fees, disputes and payouts, and 40.26 USD by the ledger: they differ "
            + "by 1.00 USD.")]
    [DataRow("update payments set purpose_key = '77/1/1' where purpose_kind = 'order'",
        $"Payment REF of {Ann} settled 30.00 USD for order 77, which there is not, or is somebody else's or in another "
            + "currency.")]
    [DataRow("update payments set purpose_kind = 'renewal', purpose_key = 'none' where purpose_kind = 'order'",
        $"Payment REF of {Ann} settled 30.00 USD for none, which there is not, or is somebody else's or in another currency.")]
    [DataRow("update ledger_transactions set idempotency_key = 'stray' where idempotency_key like 'fee/%' and id = "
        + "(select max(id) from ledger_transactions where idempotency_key like 'fee/%')",
        "Transaction ID (stray) moves -0.58 USD of what gateways and banks hold, and is of no payment, refund, fee, dispute or "
            + "payout.",
        $"Payment REF of {Ann} cost a fee of 0.58 USD, and the ledger has 0.00 USD: they differ by 0.58 USD.")]
    [DataRow("update deposits set amount = 90",
        $"{Ann} has open deposits of 0.90 USD, and 1.00 USD by the ledger: they differ by 0.10 USD.",
        $"Order 1 of {Ann} asks for a deposit of 1.00 USD, and 0.90 USD was taken: they differ by 0.10 USD.")]
    [DataRow("delete from grants where origin = 'top_up'",
        $"Order 2 of {Ann} is paid and buys 10 GB, and its grants have 0 GB: they differ by 10 GB.")]
    [DataRow("update grants set amount = amount / 2 where origin = 'period'",
        $"The period of subscription 1 from 2026-11-22 of {Ann} includes 50 GB, and its grants have 25 GB: they differ by "
            + "25 GB.")]
    [DataRow("update orders set coupon_bytes = 2000000000 where id = 2",
        $"The coupon of order 2 of {Ann} is paid and buys 2 GB, and its grants have 0 GB: they differ by 2 GB.")]
    [DataRow("update subscription_periods set invoice_id = 2",
        $"Order 1 of {Ann} is paid with 30.00 USD, and no period of a subscription began by it.")]
    [DataRow("update orders set kind = 'trial' where id = 1",
        $"Order 1 of {Ann} is paid with 30.00 USD, and no period of a subscription began by it.")]
    [DataRow("insert into grants (customer_id, measure, amount, origin, origin_id, priority, valid_from) values "
        + "(1, 'minutes', 90, 'lifetime', 2, 40, now()), (1, 'bytes', 5, 'coupon', 2, 10, now()), "
        + "(1, 'bytes', 5, 'carry_over', 9, 20, now()), (1, 'bytes', 7, 'staff', null, 10, now())",
        $"Grant 3 of {Ann} gives 90 minutes, and no paid order or subscription of theirs has bought it.",
        $"Grant 4 of {Ann} gives 0.000000005 GB, and no paid order or subscription of theirs has bought it.",
        $"Grant 5 of {Ann} gives 0.000000005 GB, and no paid order or subscription of theirs has bought it.")]
    [DataRow("update grants set used = amount + 1000001 where origin = 'period'",
        $"Grant 1 of {Ann} has 50 GB, and 50.001000001 GB of it is used: 0.001000001 GB too much.")]
    [DataRow("update invoices set state = 'open', paid_at = null where id = 1",
        $"The order 1 of {Ann} is done, and its invoice 2026-000001 over 29.00 USD is not paid.",
        $"{Ann} owes 29.00 USD by unpaid invoices, and 0.00 USD by the ledger: they differ by 29.00 USD.")]
    [DataRow("update ledger_transactions set idempotency_key = 'gone' where idempotency_key = 'invoice/1/payment'",
        $"Of invoice 2026-000001 of {Ann}, which is paid, 29.00 USD was to be paid, and the ledger has 0.00 USD: they differ by "
            + "29.00 USD.")]
    [DataRow("update ledger_accounts set balance = -1 where kind = 'wallet'; update ledger_entries set amount = amount - 1 - "
        + "(select sum(e.amount) from ledger_entries e join ledger_accounts a on a.id = e.account_id where a.kind = 'wallet') "
        + "where (transaction_id, line) = (select t.id, e.line from ledger_transactions t join ledger_entries e on "
        + "e.transaction_id = t.id join ledger_accounts a on a.id = e.account_id where t.kind = 'credit' and a.kind = 'wallet')",
        $"{Ann} has -0.01 USD in the wallet, which use can bring to 0.00 USD at most: 0.01 USD too little.")]
    public async Task Audit_OfBooksThatSomebodySpoilt_SaysWhatDiffers(string sql, params string[] expected)
    {
        await using var till = await OpenBooksAsync();
        Assert.AreEqual("", await AuditAsync(till.Plane), "they are right before");

        till.IsSpoilt = true;
        await till.Plane.Database.ExecuteAsync($"set session_replication_role = replica; {sql}; reset session_replication_role");

        Assert.AreEqual(string.Join('\n', expected.Order(StringComparer.Ordinal)), await AuditAsync(till.Plane));
    }

    [TestMethod]
    public async Task Audit_OfUseAtTheFloorSpeed_FindsNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var slow = await Metered.StartAsync(plane,
            Metered.Subscription(1000, new PlanLimits(FloorBytesPerSecond: 10_000)), "slow");
        var fast = await Metered.StartAsync(plane, Metered.Subscription(1000) with { Name = "Fast" }, "fast");

        await slow.BookAsync("n", Metered.Gb);
        await fast.BookAsync("n", Metered.Gb);

        Assert.AreEqual("Grant 2 of fast@example.com (customer 2) has 0.000001 GB, and 1 GB of it is used: 0.999999 GB too much.",
            await AuditAsync(plane));
    }

    [TestMethod]
    public async Task Audit_OfAWalletAfterLateUse_AllowsWhatTheReferenceSays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var user = await Metered.StartAsync(plane, new("By the GB", PlanKind.PerGb, 100_000, "USD"));
        await user.CreditAsync(100);

        await user.BookAsync("n", 2_000_000); // 2 MB of 1 MB that the wallet pays for
        await plane.AskAsync((ControlPlane.Quotas.SettleWallets settle) => settle.ExecuteAsync(default));
        Assert.AreEqual("", await AuditAsync(plane));

        await user.BookAsync("n", 20_000);
        await plane.AskAsync((ControlPlane.Quotas.SettleWallets settle) => settle.ExecuteAsync(default));
        Assert.AreEqual(
            "alice@example.com (customer 1) has -1.02 USD in the wallet, which use can bring to -1.00 USD at most: 0.02 USD too "
                + "little.", await AuditAsync(plane));
    }

    /// <summary>
    /// Ann has paid for a plan with a deposit by card, has topped up twice, of which one was refunded in part and one is
    /// disputed, has bought 10 GB more, and 5.00 USD came that nobody asked for.
    /// </summary>
    private static async Task<StripeTill> OpenBooksAsync()
    {
        var till = (StripeTill)await Till.StartAsync(GatewayKind.Stripe);
        var ann = new Tests.Subscriptions.Subscriber(till.Plane, (await till.Plane.AskAsync((CustomerQueries queries) =>
            queries.FindAsync(Scope.Staff, till.Ann, default))).Value);
        var plan = await Tests.Subscriptions.Subscriber.PlanAsync(till.Plane, offer: new PlanOffer(TopUpPrice: 75, Deposit: 100));
        var order = (await ann.OrderAsync(OrderKind.Subscription, plan.Id)).Value;
        var payment = (await till.Plane.AskAsync((StartPayment start) => start.ExecuteAsync(
            new(ann.Scope, ann.Id, till.GatewayId, Till.Return, order.Id), default))).Value;
        await till.PayAsync(payment);
        await till.AskAsync(payment.Reference);
        await till.RefundAsync((await till.PaidAsync(1000)).Reference, 300);
        var disputed = await till.PaidAsync(2000, "disputed");
        await till.DisputeAsync(disputed.Reference, null);
        await till.PayElsewhereAsync("elsewhere", 500);
        await till.DeliverAsync();
        await ann.CreditAsync(1000);
        Assert.AreEqual(OrderState.Paid, (await ann.OrderAsync(OrderKind.TopUp, amount: 10 * Metered.Gb)).Value.State);
        return till;
    }

    /// <summary>What the job says, in order, without what is made up anew each time.</summary>
    private static async Task<string> AuditAsync(ControlPlaneTest plane)
    {
        JobReport report = await plane.AskAsync((LedgerAudit audit) => audit.ExecuteAsync(default));
        var kept = (await plane.AskAsync((LedgerAudit audit) => audit.FoundInBooksAsync(default)))!;
        CollectionAssert.IsSubsetOf(kept.Select(difference => difference.What).ToList(), report.Failures.ToList());
        return string.Join('\n', report.Failures.Select(sentence => Identifiers().Replace(
            References().Replace(sentence, "REF"), "$1 ID")).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("ap-[a-z0-9]+")]
    private static partial Regex References();

    [GeneratedRegex("(For dispute|Of the receipt|Transaction) [^ ]+")]
    private static partial Regex Identifiers();
}
