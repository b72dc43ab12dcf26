using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

/// <summary>What people do about invoices, in short.</summary>
internal static class Billing
{
    /// <summary>A German company that is registered for tax.</summary>
    public static readonly SellerSettings Seller = new(
        "Proxy Hansa GmbH", "Kai 1\n20457 Hamburg", "DE", "DE123456789", Footer: "IBAN DE02 1203 0000 0000 2020 51");

    public static async Task SellAsAsync(this ControlPlaneTest plane, SellerSettings seller, byte[]? logo = null) =>
        Assert.AreEqual("", (await plane.AskAsync((SetSeller set) => set.ExecuteAsync(new(seller, logo), default))).Codes());

    public static async Task BillToAsync(
        this ControlPlaneTest plane, long customerId, string? country, string? vatId = null, string company = "Buyer SARL",
        string language = "en") =>
        Assert.AreEqual("", (await plane.AskAsync((SetBillingDetails set) => set.ExecuteAsync(
            new(Scope.Of(customerId), customerId, company, "1 rue du Port\n75001 Paris", country, vatId, language), default)))
                .Codes());

    public static async Task<long> DraftAsync(
        this ControlPlaneTest plane, long customerId, string currency = "EUR", params InvoiceItem[] items) =>
        (await plane.AskAsync((DraftInvoice draft) => draft.ExecuteAsync(
            new(customerId, currency, items is [] ? [new("Personal, 50 GB", 1000)] : items), default))).Value;

    public static async Task<InvoiceSummary> FinaliseAsync(this ControlPlaneTest plane, long draft) =>
        (await plane.AskAsync((FinaliseInvoice finalise) => finalise.ExecuteAsync(new(draft), default))).Value;

    public static async Task<InvoiceSummary> InvoiceAsync(
        this ControlPlaneTest plane, long customerId, string currency = "EUR", params InvoiceItem[] items) =>
        await plane.FinaliseAsync(await plane.DraftAsync(customerId, currency, items));

    /// <summary>From the wallet, within a transaction of its own.</summary>
    public static async Task<Result<InvoiceSummary>> PayAsync(this ControlPlaneTest plane, InvoiceSummary invoice)
    {
        await using var scope = plane.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<AtlanticDb>().BeginTransactionAsync(default);
        var paid = await scope.ServiceProvider.GetRequiredService<InvoiceBook>().PayAsync(invoice.Id, default);
        if (paid.IsSuccess)
            await transaction.CommitAsync(default);
        return paid;
    }

    public static Task<Result<InvoiceSummary>> CreditAsync(this ControlPlaneTest plane, InvoiceSummary invoice,
        long? amount = null) =>
        plane.AskAsync((CreateCreditNote credit) => credit.ExecuteAsync(new(invoice.Id, amount), default));

    public static async Task FillWalletAsync(this ControlPlaneTest plane, long customerId, long amount,
        string currency = "EUR") =>
        Assert.IsTrue((await plane.AskAsync((CreditWallet credit) =>
            credit.ExecuteAsync(new(customerId, amount, currency), default))).IsSuccess);

    public static async Task<InvoiceDocument> PaperAsync(this ControlPlaneTest plane, long id) =>
        (await plane.AskAsync((InvoiceQueries queries) => queries.FindAsync(Scope.Staff, id, default))).Value;

    /// <summary>Does something within one transaction, as other features do, and commits it.</summary>
    public static async Task<T> WithinAsync<T>(this ControlPlaneTest plane, Func<InvoiceBook, Task<T>> act, bool commit = true)
    {
        await using var scope = plane.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<AtlanticDb>().BeginTransactionAsync();
        var answer = await act(scope.ServiceProvider.GetRequiredService<InvoiceBook>());
        if (commit)
            await transaction.CommitAsync();
        return answer;
    }

    /// <summary>Minor units, of all currencies; an account that nothing ever moved has none.</summary>
    public static Task<long> BalanceAsync(this ControlPlaneTest plane, string kind) => plane.Database.ScalarAsync<long>(
        $"select coalesce(sum(balance), 0)::bigint from ledger_accounts where kind = '{kind}'");

    /// <summary>Whether the ledger agrees with itself, and with papers, payments, purchases and use.</summary>
    public static async Task AssertBooksAgreeAsync(this ControlPlaneTest plane)
    {
        var books = await plane.AskAsync((VerifyBooks verify) => verify.ExecuteAsync(default));
        Assert.AreEqual("", string.Join('\n', books.Select(difference => difference.What)));
        Assert.IsEmpty(await plane.AskAsync((VerifyBalances verify) => verify.ExecuteAsync(default)));
    }
}
