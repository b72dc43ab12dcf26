using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>proxy-user add CUSTOMER NAME [--limit-gb N] [--max-connections N] [--speed-mbps N] [--allow-ip CIDR]</c>: prints its
/// secret.
/// </summary>
internal sealed class ProxyUserAdd : DatabaseVerb
{
    private readonly Argument<string> _customer = new("CUSTOMER") { Description = "The customer's email address" };
    private readonly Argument<string> _name = new("NAME") { Description = "3 to 32 small letters and digits" };
    private readonly Option<decimal?> _limit = new("--limit-gb") { HelpName = "N",
        Description = "Most of the customer's traffic a period that it may use, GB (10^9 bytes), as in 0.5" };
    private readonly Option<int?> _connections = new("--max-connections") { HelpName = "N",
        Description = "Connections at a time" };
    private readonly Option<decimal?> _speed = new("--speed-mbps") { HelpName = "N",
        Description = "Megabits a second, each direction" };
    private readonly Option<string[]> _allowed = new("--allow-ip") { HelpName = "CIDR",
        Description = "Network that needs no password; may be repeated" };

    public ProxyUserAdd(CommonOptions common) : base(common, "add", "Add proxy credentials to a customer and show their secret")
    {
        Add(_customer);
        Add(_name);
        Add(_limit);
        Add(_connections);
        Add(_speed);
        Add(_allowed);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var customer = await services.GetRequiredService<CustomerQueries>()
            .FindByEmailAsync(parsed.GetRequiredValue(_customer), cancel);
        if (!customer.IsSuccess)
            return terminal.Fail(customer);
        var limits = new ProxyUserLimits(parsed.GetValue(_connections), PlanKinds.BytesPerSecondOf(parsed.GetValue(_speed)),
            parsed.GetValue(_allowed), PlanKinds.BytesOf(parsed.GetValue(_limit)));
        var created = await services.GetRequiredService<CreateProxyUser>().ExecuteAsync(
            new(Scope.Staff, customer.Value.Id, parsed.GetRequiredValue(_name), limits), cancel);
        return created.IsSuccess
            ? terminal.Done(
                new { id = created.Value.ProxyUserId, username = created.Value.Name, password = created.Value.Secret },
                $"Created {created.Value.Name} with password {created.Value.Secret}")
            : terminal.Fail(created);
    }
}
