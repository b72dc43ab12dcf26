using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class TransferTests
{
    private static async Task<BankTill> BankAsync() => (BankTill)await Till.StartAsync(GatewayKind.Bank, "EUR");

    private static Task<Result> AllocateAsync(Till till, long id, long? customer, string note = "") =>
        till.Plane.AskAsync((AllocateMoney allocate) => allocate.ExecuteAsync(new(id, customer, note), default));

    [TestMethod]
    [DataRow("{0}")]
    [DataRow("Top-up {0}, thank you")]
    [DataRow("REF/{1}//")]
    [DataRow("{2}")]
    public async Task Transfer_WithItsReferenceHoweverWritten_Settles(string text)
    {
        await using var till = await BankAsync();
        string reference = (await till.TopUpAsync()).Reference;
        string spaced = string.Join(' ', reference.Chunk(4).Select(part => new string(part)));
        string written = string.Format(null, text, reference,
            reference.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal),
            spaced);

        var booked = await till.TransferAsync(written, 1000);

        Assert.AreEqual(new ConfirmTransfer.Booked(reference, Replayed: false), booked);
        Assert.AreEqual(PaymentState.Settled, (await till.DetailsAsync(reference)).Payment.State);
        Assert.AreEqual(1000, await till.WalletAsync());
        Assert.AreEqual(-1000, await till.AccountAsync(AccountKind.Bank));
        Assert.AreEqual("payment_settled", await till.EventsAsync());
    }

    [TestMethod]
    public async Task Transfer_LessThenMore_IsSummed()
    {
        await using var till = await BankAsync();
        var payment = await till.TopUpAsync(1000);
        await till.TransferAsync(payment.Reference, 985, key: "1");
        Assert.AreEqual((PaymentState.NeedsAction, 985L),
            ((await till.DetailsAsync(payment.Reference)).Payment.State, await till.WalletAsync()));
        await till.TransferAsync(payment.Reference, 100, key: "2");
        Assert.AreEqual(PaymentState.Settled, (await till.DetailsAsync(payment.Reference)).Payment.State);
        await till.TransferAsync(payment.Reference, 1000, key: "3");
        Assert.AreEqual(2085, await till.WalletAsync(), "two for one are both the customer's");
    }

    [TestMethod]
    public async Task Transfer_TheSameStatementImportedTwice_IsBookedOnce()
    {
        await using var till = await BankAsync();
        var payment = await till.TopUpAsync();
        Task<ConfirmTransfer.Booked> BookAsync() => till.TransferAsync(payment.Reference, 1000, key: "line-1");
        await till.Plane.Database.MeetAsync($"select 1 from payments where reference = '{payment.Reference}' for update",
            BookAsync, BookAsync, BookAsync, BookAsync);
        Assert.AreEqual(new ConfirmTransfer.Booked(payment.Reference, Replayed: true),
            await till.TransferAsync(payment.Reference, 1000, key: "line-1"));
        Assert.AreEqual(1000, await till.WalletAsync());
        await till.TransferAsync("who knows", 5, key: "line-2");
        Assert.AreEqual(new ConfirmTransfer.Booked(null, Replayed: true),
            await till.TransferAsync("who knows", 5, key: "line-2"));
        Assert.AreEqual(5, await till.AccountAsync(AccountKind.Unallocated));
    }

    [TestMethod]
    public async Task Transfer_WithoutReferenceOrInAnotherCurrency_IsUnallocatedAndPlacedByStaff()
    {
        await using var till = await BankAsync();
        var payment = await till.TopUpAsync(1000);
        await till.TransferAsync(payment.Reference, 1000, "EUR");
        await till.TransferAsync("no reference", 300);
        var (other, euros) = ((await till.UnallocatedAsync())[0], (await till.UnallocatedAsync())[1]);
        Assert.AreEqual((300L, 1000L, "EUR", "A. Payer"), (other.Amount, euros.Amount, euros.Currency, euros.Payer));
        Assert.AreEqual("money_unallocated money_unallocated", await till.EventsAsync());
        Assert.AreEqual(0, await till.WalletAsync());

        Assert.AreEqual("customer.not_found", (await AllocateAsync(till, other.Id, 4711)).Codes());
        Assert.AreEqual("unallocated.note_invalid@Note", (await AllocateAsync(till, other.Id, till.Ann, new('n', 201))).Codes());
        Assert.AreEqual("unallocated.not_found", (await AllocateAsync(till, 4711, till.Ann)).Codes());
        Assert.IsTrue((await AllocateAsync(till, other.Id, till.Ann, "she called")).IsSuccess);
        Assert.IsTrue((await AllocateAsync(till, euros.Id, null)).IsSuccess);
        Assert.AreEqual("unallocated.resolved", (await AllocateAsync(till, euros.Id, till.Ann)).Codes());

        Assert.AreEqual(300, await till.WalletAsync());
        Assert.AreEqual(0, await till.AccountAsync(AccountKind.Unallocated));
        Assert.AreEqual("Allocated she called, Returned ", string.Join(", ", (await till.UnallocatedAsync())
            .Select(money => $"{money.State} {money.Note}")));
    }

    [TestMethod]
    [DataRow("settled", 0)]
    [DataRow("less", -1)]
    [DataRow("another", 0)]
    [DataRow("returned", 0)]
    public async Task Allocate_WhatWasMeantForAPayment_SettlesOrEndsIt(string how, int off)
    {
        await using var till = (PaystackTill)await Till.StartAsync(GatewayKind.Paystack);
        var bob = await till.Plane.CustomerAsync("bob@example.com");
        var payment = await till.TopUpAsync(1000);
        till.Paystack.AmountOff = off < 0 ? off : 1;
        await till.PayAsync(payment);
        await till.DeliverAsync();
        long id = (await till.UnallocatedAsync()).Single().Id;

        await AllocateAsync(till, id, how switch { "another" => bob.Id, "returned" => null, _ => till.Ann });

        Assert.AreEqual(how == "settled" ? PaymentState.Settled : PaymentState.Cancelled,
            (await till.DetailsAsync(payment.Reference)).Payment.State);
        Assert.AreEqual(how switch { "settled" => 1001, "less" => 999, _ => 0 }, await till.WalletAsync());
        Assert.AreEqual(0, await till.AccountAsync(AccountKind.Unallocated));
        await till.RunAsync<ReconcileGateways>();
        Assert.AreEqual(how switch { "settled" => 1001, "less" => 999, _ => 0 }, await till.WalletAsync(), "and it stays so");
    }

    [TestMethod]
    public async Task Transfer_Invalid_IsRefused()
    {
        await using var till = await BankAsync();
        async Task<string> ConfirmAsync(string key = "1", string text = "t", long amount = 1, string currency = "USD",
            long? gateway = null) =>
            (await till.Plane.AskAsync((ConfirmTransfer confirm) =>
                confirm.ExecuteAsync(new(gateway ?? till.GatewayId, key, text, amount, currency), default))).Codes();
        Assert.AreEqual("payment.amount_invalid@Amount", await ConfirmAsync(amount: 0));
        Assert.AreEqual("payment.currency_invalid@Currency", await ConfirmAsync(currency: "XXX"));
        Assert.AreEqual("transfer.key_invalid@StatementKey", await ConfirmAsync(key: " "));
        Assert.AreEqual("transfer.text_invalid@Text", await ConfirmAsync(text: new('t', 501)));
        Assert.AreEqual("gateway.not_found", await ConfirmAsync(gateway: 4711));
    }
}
