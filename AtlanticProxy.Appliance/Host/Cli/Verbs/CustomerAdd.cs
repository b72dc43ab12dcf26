using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>customer add EMAIL [--name N] [--plan NAME] [--password-stdin]</c>: a customer who can sign in to the portal.
/// </summary>
internal sealed class CustomerAdd : DatabaseVerb
{
    private readonly Argument<string> _email = new("EMAIL");
    private readonly Option<string?> _plan = new("--plan") { HelpName = "NAME", Description = "The plan that the customer has" };
    private readonly Option<string?> _name = new("--name") { HelpName = "NAME",
        Description = "Shown on pages; the email address if left out" };
    private readonly PasswordInput _password;

    public CustomerAdd(CommonOptions common)
        : base(common, "add", "Add a customer with a portal login; without --password-stdin a password is made and shown once")
    {
        _password = new PasswordInput(common.Input);
        Add(_email);
        Add(_plan);
        Add(_name);
        Add(_password.Option);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        long? planId = null;
        if (parsed.GetValue(_plan) is { } planName)
        {
            var plan = await services.GetRequiredService<PlanQueries>().FindByNameAsync(planName, cancel);
            if (!plan.IsSuccess)
                return terminal.Fail(plan);
            planId = plan.Value.Id;
        }
        var (password, isGenerated) = _password.ReadOrGenerate(parsed);
        string email = parsed.GetRequiredValue(_email);
        var created = await services.GetRequiredService<CreateCustomer>()
            .ExecuteAsync(new(email, parsed.GetValue(_name) ?? "", planId), cancel);
        if (!created.IsSuccess)
            return terminal.Fail(created);
        var login = await services.GetRequiredService<CreateCustomerLogin>()
            .ExecuteAsync(new(created.Value.Id, password), cancel);
        return login.IsSuccess
            ? terminal.Done(
                new { created.Value.Id, created.Value.Email, plan = created.Value.PlanName, password = isGenerated
                    ? password
                    : null },
                isGenerated ? [$"Created {created.Value.Email} with portal password {password}", "It is not shown again."]
                : [$"Created {created.Value.Email}"])
            : terminal.Fail(login);
    }
}
