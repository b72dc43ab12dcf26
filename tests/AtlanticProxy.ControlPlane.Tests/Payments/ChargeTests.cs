using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class ChargeTests
{
    [TestMethod]
    [DataRow(GatewayKind.Paystack, ChargeOutcome.Declined, FailureReason.Declined)]
    [DataRow(GatewayKind.Paystack, ChargeOutcome.InsufficientFunds, FailureReason.InsufficientFunds)]
    [DataRow(GatewayKind.Paystack, ChargeOutcome.ExpiredCard, FailureReason.ExpiredCard)]
    [DataRow(GatewayKind.Paystack, ChargeOutcome.LostCard, FailureReason.LostOrStolen)]
    [DataRow(GatewayKind.Stripe, ChargeOutcome.Declined, FailureReason.Declined)]
    [DataRow(GatewayKind.Stripe, ChargeOutcome.InsufficientFunds, FailureReason.InsufficientFunds)]
    [DataRow(GatewayKind.Stripe, ChargeOutcome.ExpiredCard, FailureReason.ExpiredCard)]
    [DataRow(GatewayKind.Stripe, ChargeOutcome.LostCard, FailureReason.LostOrStolen)]
    [DataRow(GatewayKind.Stripe, ChargeOutcome.AuthenticationRequired, FailureReason.AuthenticationRequired)]
    public async Task Charge_Refused_SaysWhyAndMayBeTriedAgainUnderAnotherReference(
        GatewayKind kind, ChargeOutcome outcome, FailureReason reason)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PaidAsync();
        till.Simulator!.Outcome = outcome;
        var failed = (await till.ChargeAsync(kind: BoughtThing.KindName)).Value;
        Assert.AreEqual((PaymentState.Failed, reason), (failed.State, failed.Failure));
        Assert.AreEqual("payment_settled payment_failed thing_not_paid", await till.EventsAsync());
        till.Simulator.Outcome = ChargeOutcome.Success;

        var paid = (await till.ChargeAsync(kind: BoughtThing.KindName)).Value;

        Assert.AreEqual(PaymentState.Settled, paid.State);
        Assert.AreNotEqual(failed.Reference, paid.Reference);
        Assert.AreEqual(1000, await till.WalletAsync(), "the thing was paid from the wallet in the same transaction");
        Assert.AreEqual(1000, await till.AccountAsync(AccountKind.Revenue));
        Assert.AreEqual(paid.Reference, (await till.ChargeAsync(kind: BoughtThing.KindName)).Value.Reference, "paid once");
        await till.DeliverAsync();
        Assert.AreEqual(1000, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Charge_PaystackWantsTheCustomer_WaitsAtItsPage()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync();
        till.Simulator!.Outcome = ChargeOutcome.AuthenticationRequired;

        var waiting = (await till.ChargeAsync()).Value;

        Assert.AreEqual(PaymentState.NeedsAction, waiting.State);
        StringAssert.Contains(waiting.NextUrl, waiting.Reference);
        await till.PayAsync(waiting);
        await till.DeliverAsync();
        Assert.AreEqual(2000, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Charge_Undecided_StaysSentUntilTheGatewayKnows()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync();
        till.Paystack.Outcome = ChargeOutcome.Pending;
        var pending = (await till.ChargeAsync()).Value;
        Assert.AreEqual(PaymentState.Sent, pending.State);
        await till.Paystack.PayAsync(pending.Reference);
        till.Plane.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual("0 payments and 0 refunds asked for", (await till.RunAsync<AskGateways>()).Done, "not yet");
        till.Plane.Time.Advance(TimeSpan.FromMinutes(1));
        till.Paystack.Fault = GatewayFault.TooMany;
        StringAssert.Contains((await till.RunAsync<AskGateways>()).Failures.Single(), pending.Reference);
        till.Paystack.Fault = GatewayFault.None;
        till.Plane.Time.Advance(TimeSpan.FromMinutes(2));

        await till.RunAsync<AskGateways>();

        Assert.AreEqual(2000, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Charge_AnotherOneIsSendingIt_WaitsForThat()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync();
        till.Paystack.Fault = GatewayFault.ErrorBeforeWork;
        var lost = (await till.ChargeAsync()).Value;
        till.Paystack.Fault = GatewayFault.None;
        await till.Plane.Database.ExecuteAsync(
            $"update payments set in_flight_until = '2026-11-22 13:33Z' where reference = '{lost.Reference}'");

        Assert.AreEqual(PaymentState.Sent, (await till.ChargeAsync()).Value.State);
        Assert.AreEqual(1, till.Charges);
        till.Plane.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.AreEqual(PaymentState.Settled, (await till.ChargeAsync()).Value.State, "whoever sent it is gone");
    }

    [TestMethod]
    public async Task Charge_WrittenDownAndNeverSent_EndsAfterADay()
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync();
        till.Paystack.Fault = GatewayFault.ErrorBeforeWork;
        var lost = (await till.ChargeAsync()).Value;
        await till.Plane.Database.ExecuteAsync("update payments set state = 'created', attempts = 0 where state = 'sent'");
        till.Plane.Time.Advance(TimeSpan.FromHours(24));

        await till.RunAsync<AskGateways>();

        Assert.AreEqual(PaymentState.Expired, (await till.DetailsAsync(lost.Reference)).Payment.State);
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack)]
    [DataRow(GatewayKind.Stripe)]
    public async Task Charge_WithTheSameReferenceAtTheGateway_IsNotMadeTwice(GatewayKind kind)
    {
        await using var till = await Till.StartAsync(kind);
        await till.PaidAsync();
        var paid = (await till.ChargeAsync()).Value;
        // As if a crash had lost what our row said: the gateway and the ledger know what it no longer does.
        await till.Plane.Database.ExecuteAsync($"""
            update payments set state = 'created', attempts = 0, gateway_payment_id = null, settled_at = null, received = 0
            where reference = '{paid.Reference}'
            """);

        Assert.AreEqual(PaymentState.Settled, (await till.ChargeAsync()).Value.State);
        Assert.AreEqual(2, till.Charges);
        Assert.AreEqual(2000, await till.WalletAsync());
    }

    [TestMethod]
    public async Task Charge_WhatCannotBe_IsRefused()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        Assert.AreEqual("payment.no_method", (await till.ChargeAsync()).Codes());
        Assert.AreEqual("customer.not_found", (await till.ChargeAsync(customer: till.Ann + 1)).Codes());
        await till.PaidAsync();
        Assert.AreEqual("payment.amount_invalid@Amount", (await till.ChargeAsync(amount: 0)).Codes());
        await till.ChargeAsync();
        Assert.AreEqual("payment.purpose_differs", (await till.ChargeAsync(amount: 5)).Codes());
        Assert.AreEqual(2, till.Charges);
    }

    [TestMethod]
    [DataRow(GatewayKind.Paystack, "visa 4081 12/2030")]
    [DataRow(GatewayKind.Stripe, "visa 4242 12/2030")]
    public async Task Method_KeptWhenTheCustomerAgreed_OnceAndSealed(GatewayKind kind, string card)
    {
        await using var till = await Till.StartAsync(kind);
        Task<IReadOnlyList<SavedMethod>> MethodsAsync(Scope scope) =>
            till.Plane.AskAsync((PaymentQueries queries) => queries.MethodsAsync(scope, till.Ann, default));
        await till.PayAsync(await till.TopUpAsync(key: "without"));
        await till.DeliverAsync();
        Assert.IsEmpty(await MethodsAsync(Scope.Staff));

        var paid = await till.PaidAsync(key: "1");
        await till.PaidAsync(key: "2");
        Assert.AreNotEqual("", (await till.DetailsAsync(paid.Reference)).LastAnswer);
        Assert.AreEqual("", (await till.Plane.AskAsync((PaymentQueries queries) =>
            queries.FindAsync(Scope.Of(till.Ann), paid.Reference, default))).Value.LastAnswer, "gateways' words are for staff");

        var method = (await MethodsAsync(Scope.Of(till.Ann))).Single();
        Assert.AreEqual(card, $"{method.Brand} {method.Last4} {method.ExpiryMonth}/{method.ExpiryYear}");
        Assert.IsTrue(method.IsDefault);
        Assert.IsEmpty(await MethodsAsync(Scope.Of(till.Ann + 1)));
        string stored = await till.Plane.Database.ScalarAsync<string>("select string_agg(p::text, '') from payments p");
        Assert.IsFalse(stored.Contains("AUTH_", StringComparison.Ordinal) || stored.Contains("pm_simulated",
            StringComparison.Ordinal) || stored.Contains("_secret_", StringComparison.Ordinal), "no token stands in clear");
    }

    [TestMethod]
    public async Task Method_DefaultAndRemoved()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync();
        await till.Plane.Database.ExecuteAsync("""
            insert into payment_methods (customer_id, gateway_id, fingerprint, token_sealed, last4, created_at)
            select customer_id, gateway_id, 'other', token_sealed, '1111', created_at from payment_methods
            """);
        async Task<string> MethodsAsync() => string.Join(' ', (await till.Plane.AskAsync((PaymentQueries queries) =>
            queries.MethodsAsync(Scope.Staff, till.Ann, default))).Select(each => each.Last4));
        long first = await till.Plane.Database.ScalarAsync<long>("select min(id) from payment_methods");
        long second = await till.Plane.Database.ScalarAsync<long>("select max(id) from payment_methods");
        Task<Results.Result> DefaultAsync(long id, long? owner = null) => till.Plane.AskAsync((SetDefaultMethod set) =>
            set.ExecuteAsync(new(Scope.Of(owner ?? till.Ann), till.Ann, id), default));
        Task<Results.Result> RemoveAsync(long id, long? owner = null) => till.Plane.AskAsync((RemoveMethod remove) =>
            remove.ExecuteAsync(new(Scope.Of(owner ?? till.Ann), till.Ann, id), default));

        Assert.AreEqual("4081 1111", await MethodsAsync());
        Assert.AreEqual("payment_method.not_found", (await DefaultAsync(second, till.Ann + 1)).Codes());
        Assert.AreEqual("payment_method.not_found", (await DefaultAsync(second + 1)).Codes());
        Assert.IsTrue((await DefaultAsync(second)).IsSuccess);
        Assert.AreEqual("1111 4081", await MethodsAsync());
        Assert.AreEqual("payment_method.not_found", (await RemoveAsync(second, till.Ann + 1)).Codes());
        Assert.IsTrue((await RemoveAsync(second)).IsSuccess);
        Assert.AreEqual("4081", await MethodsAsync());
        Assert.AreEqual("payment_method.not_found", (await RemoveAsync(second)).Codes());
        Assert.AreEqual(first, await till.Plane.Database.ScalarAsync<long>("select id from payment_methods where is_default"));
        Assert.IsTrue((await RemoveAsync(first)).IsSuccess);
        Assert.AreEqual(0, await till.CountAsync("payment_methods where token_sealed is not null or is_default"));
        Assert.AreEqual("payment.no_method", (await till.ChargeAsync()).Codes());
    }
}
