using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer balance EMAIL</c>: a customer's wallets, one a currency.</summary>
internal sealed class CustomerBalance : DatabaseVerb
{
    private readonly Argument<string> _email = new("EMAIL");

    public CustomerBalance(CommonOptions common) : base(common, "balance", "What a customer has in its wallet") => Add(_email);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var customer = await services.GetRequiredService<CustomerQueries>()
            .FindByEmailAsync(parsed.GetRequiredValue(_email), cancel);
        if (!customer.IsSuccess)
            return terminal.Fail(customer);
        var wallet = await services.GetRequiredService<WalletQueries>().FindAsync(Scope.Staff, customer.Value.Id, cancel);
        return wallet.IsSuccess
            ? terminal.Done(
                new { customer = customer.Value.Email, wallet.Value.Balances, wallet.Value.Entries },
                wallet.Value.Balances.Count == 0
                ? ["Nothing was ever put into this wallet"]
                : wallet.Value.Balances.Select(b => new Money(b.Balance, b.Currency).ToString()))
            : terminal.Fail(wallet);
    }
}
