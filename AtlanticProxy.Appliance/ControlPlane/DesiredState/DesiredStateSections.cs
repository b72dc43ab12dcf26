using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>All that a document has, in the order in which it is applied.</summary>
internal sealed class DesiredStateSections(
    SiteSection site, StaffSection staff, MoneySections money, ProviderSection providers, PoolSection pools, PlanSection plans,
    CustomerSection customers, RuleSection rules)
{
    public async Task<Result<IReadOnlyList<string>>> ApplyAsync(DesiredStateDocument document, CancellationToken cancellation)
    {
        var run = new ApplyRun(cancellation);
        // What is named by others comes first.
        var refused = await run.OneAsync("site", document.Site, site.ApplyAsync)
            ?? await run.EachAsync("staff", document.Staff, person => person.Email, staff.ApplyAsync)
            ?? await money.ApplyAsync(document, run)
            ?? await run.EachAsync("providers", document.Providers, provider => provider.Name, providers.ApplyAsync)
            ?? await run.EachAsync("pools", document.Pools, pool => pool.Name, pools.ApplyAsync)
            ?? await run.EachAsync("plans", document.Plans, plan => plan.Name, plans.ApplyAsync)
            ?? await run.EachAsync("customers", document.Customers, customer => customer.Email, customers.ApplyAsync)
            ?? await run.EachAsync("rules", document.Rules, rule => rule.Name, rules.ApplyAsync)
            ?? await run.OneAsync("site", document.Site, site.FinishAsync);
        return refused is null ? run.Changes : Result.Failure<IReadOnlyList<string>>(refused.Errors);
    }
}
