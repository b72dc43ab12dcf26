using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>
/// Gives whoever has set the appliance up a proxy user on their first plan, to see a request go through. Asked again, it answers
/// the same one.
/// </summary>
public sealed class StartTrial(
    PlanQueries plans, CustomerQueries customers, CreateCustomer createCustomer, ProxyUserQueries proxyUsers,
    CreateProxyUser createProxyUser, RevealProxyUserSecret reveal)
{
    public const string ProxyUserName = "trial";

    private static readonly Error NoPlan = new(ErrorKind.Conflict, "setup.no_plan", "Add a plan first.");

    /// <param name="Email">Of the owner, who becomes a customer too, without a login.</param>
    public sealed record Request(string Email);

    public async Task<Result<ProxyUserCredentials>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var present = await proxyUsers.FindByNameAsync(Scope.Staff, ProxyUserName, cancellation);
        if (present.IsSuccess)
            return await reveal.ExecuteAsync(new(Scope.Staff, present.Value.Id), cancellation);
        if ((await plans.ListAsync(cancellation)).FirstOrDefault(plan => plan.Active) is not { } first)
            return NoPlan;
        var customer = await customers.FindByEmailAsync(request.Email, cancellation);
        if (!customer.IsSuccess)
            customer = await createCustomer.ExecuteAsync(new(request.Email, "Trial", first.Id), cancellation);
        return customer.IsSuccess
            ? await createProxyUser.ExecuteAsync(new(Scope.Staff, customer.Value.Id, ProxyUserName), cancellation)
            : Result.Failure<ProxyUserCredentials>(customer.Errors);
    }
}
