using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>customer change-ip EMAIL</c>.</summary>
internal sealed class CustomerChangeIp : DatabaseVerb
{
    private readonly Argument<string> _email = new("EMAIL");

    public CustomerChangeIp(CommonOptions common)
        : base(common, "change-ip", "Give all sessions of a customer other exits") => Add(_email);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var customer = await services.GetRequiredService<CustomerQueries>()
            .FindByEmailAsync(parsed.GetRequiredValue(_email), cancel);
        if (!customer.IsSuccess)
            return terminal.Fail(customer);
        var changed = await services.GetRequiredService<ChangeCustomerExits>()
            .ExecuteAsync(new(Scope.Staff, customer.Value.Id), cancel);
        return changed.IsSuccess
            ? terminal.Done(new { customer = customer.Value.Email }, $"All sessions of {customer.Value.Email} get other exits")
            : terminal.Fail(changed);
    }
}

/// <summary><c>proxy-user change-ip CUSTOMER NAME [--session S]</c>.</summary>
internal sealed class ProxyUserChangeIp : DatabaseVerb
{
    private readonly Argument<string> _customer = new("CUSTOMER") { Description = "The customer's email address" };
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<string?> _session = new("--session") { HelpName = "S",
        Description = "Only this session, as the client names it" };

    public ProxyUserChangeIp(CommonOptions common) : base(common, "change-ip", "Give a proxy user's sessions other exits")
    {
        Add(_customer);
        Add(_name);
        Add(_session);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var customer = await services.GetRequiredService<CustomerQueries>()
            .FindByEmailAsync(parsed.GetRequiredValue(_customer), cancel);
        if (!customer.IsSuccess)
            return terminal.Fail(customer);
        var user = await services.GetRequiredService<ProxyUserQueries>()
            .FindByNameAsync(Scope.Of(customer.Value.Id), parsed.GetRequiredValue(_name), cancel);
        if (!user.IsSuccess)
            return terminal.Fail(user);
        string? session = parsed.GetValue(_session);
        var changed = await services.GetRequiredService<ChangeProxyUserExits>()
            .ExecuteAsync(new(Scope.Of(customer.Value.Id), user.Value.Id, session), cancel);
        return changed.IsSuccess
            ? terminal.Done(new { proxyUser = user.Value.Name, session },
                session is null
                ? $"All sessions of {user.Value.Name} get other exits"
                : $"Session {session} of {user.Value.Name} gets another exit")
            : terminal.Fail(changed);
    }
}
