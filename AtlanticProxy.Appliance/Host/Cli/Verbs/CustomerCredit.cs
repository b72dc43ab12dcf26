using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>customer credit EMAIL AMOUNT [--currency C] [--key K] [--memo TEXT]</c>: puts money into a customer's wallet.
/// </summary>
internal sealed class CustomerCredit : DatabaseVerb
{
    private readonly Argument<string> _email = new("EMAIL");
    private readonly Argument<long> _amount = new("AMOUNT") { Description = "In minor units of the currency: 999 is 9.99" };
    private readonly Option<string?> _currency = new("--currency") { HelpName = "CODE",
        Description =
        $"ISO 4217; that of the customer's plan if left out, else of its wallet, else {WalletQueries.DefaultCurrency}" };
    private readonly Option<string?> _key = new("--key") { HelpName = "KEY",
        Description = "Idempotency key: the same credit under the same key is given once" };
    private readonly Option<string?> _memo = new("--memo") { HelpName = "TEXT", Description = "Shown to the customer" };

    public CustomerCredit(CommonOptions common) : base(common, "credit", "Put money into a customer's wallet")
    {
        Add(_email);
        Add(_amount);
        Add(_currency);
        Add(_key);
        Add(_memo);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var customer = await services.GetRequiredService<CustomerQueries>()
            .FindByEmailAsync(parsed.GetRequiredValue(_email), cancel);
        if (!customer.IsSuccess)
            return terminal.Fail(customer);
        var wallet = await services.GetRequiredService<WalletQueries>()
            .FindAsync(Scope.Staff, customer.Value.Id, cancel, entries: 0);
        string currency = parsed.GetValue(_currency) ?? wallet.Value.Currencies[0];
        var credited = await services.GetRequiredService<CreditWallet>().ExecuteAsync(
            new(customer.Value.Id, parsed.GetRequiredValue(_amount), currency, parsed.GetValue(_key), parsed.GetValue(_memo)
                ?? ""), cancel);
        if (!credited.IsSuccess)
            return terminal.Fail(credited);
        var change = credited.Value;
        string balance = $"balance {new Money(change.Balance, change.Currency)}";
        return terminal.Done(
            new { customer = customer.Value.Email, change.TransactionId, change.Amount, change.Currency, change.Balance,
                change.Replayed },
            change.Replayed
                ? $"Credited {new Money(change.Amount, change.Currency)} to {customer.Value.Email} before, under this key: "
                    + $"{balance} then"
                : $"Credited {new Money(change.Amount, change.Currency)} to {customer.Value.Email}: {balance}");
    }
}
