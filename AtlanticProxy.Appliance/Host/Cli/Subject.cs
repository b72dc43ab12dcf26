using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli;

/// <summary>The argument that names a stored thing, and how that is found.</summary>
internal sealed class Subject<T>(Argument argument, Func<Call, Task<Result<T>>> find)
{
    public Argument Argument => argument;

    public Task<Result<T>> FindAsync(Call call) => find(call);
}

/// <summary>How each kind of thing is named on the command line: everywhere alike.</summary>
internal static class Subject
{
    public static Subject<CustomerSummary> Customer() => Of(
        "EMAIL", "The customer's email address", (call, email) =>
        call.Get<CustomerQueries>().FindByEmailAsync(email, call.Cancel));

    public static Subject<AccountSummary> Staff() => Of(
        "EMAIL", "Of one of your own people", (call, email) => call.Get<AccountQueries>().FindStaffAsync(email, call.Cancel));

    public static Subject<ProviderSummary> Provider() => Of(
        "NAME", "The provider", (call, name) => call.Get<ProviderQueries>().FindByNameAsync(name, call.Cancel));

    public static Subject<PoolSummary> Pool() => Of(
        "NAME", "The pool", (call, name) => call.Get<PoolQueries>().FindByNameAsync(name, call.Cancel));

    public static Subject<PlanSummary> Plan() => Of(
        "NAME", "The plan", (call, name) => call.Get<PlanQueries>().FindByNameAsync(name, call.Cancel));

    /// <summary>A proxy user's name alone, which is unique; its customer before it guards against a slip.</summary>
    public static Subject<ProxyUserSummary> ProxyUser()
    {
        var argument = new Argument<string[]>("NAME")
        {
            HelpName = "[CUSTOMER] NAME", Arity = new ArgumentArity(1, 2),
            Description = "The proxy user; its customer's email address before it is checked",
        };
        return new Subject<ProxyUserSummary>(argument, async call =>
        {
            string[] given = call.Value(argument);
            var scope = Scope.Staff;
            if (given.Length > 1)
            {
                var customer = await call.Get<CustomerQueries>().FindByEmailAsync(given[0], call.Cancel);
                if (!customer.IsSuccess)
                    return Result.Failure<ProxyUserSummary>(customer.Errors);
                scope = Scope.Of(customer.Value.Id);
            }
            return await call.Get<ProxyUserQueries>().FindByNameAsync(scope, given[^1], call.Cancel);
        });
    }

    /// <summary>By name alone, where something else follows it.</summary>
    public static Subject<ProxyUserSummary> ProxyUserByName(string name = "NAME") => Of(
        name, "The proxy user", (call, given) => call.Get<ProxyUserQueries>().FindByNameAsync(Scope.Staff, given, call.Cancel));

    private static Subject<T> Of<T>(string name, string description, Func<Call, string, Task<Result<T>>> find)
    {
        var argument = new Argument<string>(name) { Description = description };
        return new Subject<T>(argument, call => find(call, call.Value(argument)));
    }
}
