using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>customer credit EMAIL AMOUNT [--currency C] [--key K] [--memo TEXT]</c>: puts money into a customer's wallet.
/// </summary>
internal sealed class CustomerCredit : SubjectVerb<CustomerSummary>
{
    private readonly Argument<decimal> _amount =
        Values.AmountArgument("Such as 25.00, with no more digits than its currency has");
    private readonly Option<string?> _currency = new("--currency")
    {
        HelpName = "CODE",
        Description =
        $"ISO 4217; that of the customer's plan if left out, else of its wallet, else {WalletQueries.DefaultCurrency}",
    };
    private readonly Option<string?> _key = new("--key") { HelpName = "KEY",
        Description = "Idempotency key: the same credit under the same key is given once" };
    private readonly Option<string?> _memo = new("--memo") { HelpName = "TEXT", Description = "Shown to the customer" };

    public CustomerCredit(CommonOptions common)
        : base(common, "credit", "Put money into a customer's wallet", Subject.Customer()) =>
            AddAll(_amount, _currency, _key, _memo);

    protected override async Task<int> RunAsync(Call call, CustomerSummary customer)
    {
        var wallet = await call.Get<WalletQueries>().FindAsync(Scope.Staff, customer.Id, call.Cancel, entries: 0);
        if (!wallet.IsSuccess)
            return call.Terminal.Fail(wallet);
        var money = Money.Of(call.Value(_amount), call.Value(_currency) ?? wallet.Value.Currencies[0]);
        if (!money.IsSuccess)
            return call.Terminal.Fail(money);
        var request = new CreditWallet.Request(
            customer.Id, money.Value.MinorUnits, money.Value.Currency, call.Value(_key), call.Value(_memo) ?? "");
        return await call.DoneAsync(
            call.Get<CreditWallet>().ExecuteAsync(request, call.Cancel),
            change => new
            {
                customer = customer.Email, change.TransactionId, amount = new Money(change.Amount, change.Currency).Amount,
                change.Currency,
                balance = new Money(change.Balance, change.Currency).Amount, change.Replayed,
            },
            change =>
            {
                var (amount, balance) = (new Money(change.Amount, change.Currency), new Money(change.Balance, change.Currency));
                return [change.Replayed
                    ? $"Credited {amount} to {customer.Email} before, under this key: balance {balance} then"
                    : $"Credited {amount} to {customer.Email}: balance {balance}"];
            });
    }
}
