using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>All that a document has, in the order in which it is applied.</summary>
internal sealed class DesiredStateSections(
    SiteSection site, StaffSection staff, ProviderSection providers, PoolSection pools, PlanSection plans,
    CustomerSection customers)
{
    public async Task<Result<IReadOnlyList<string>>> ApplyAsync(DesiredStateDocument document, CancellationToken cancellation)
    {
        var changes = new List<string>();
        // What is named by others comes first.
        var refused = await SiteAsync(site.ApplyAsync)
            ?? await EachAsync("staff", document.Staff, person => person.Email, staff.ApplyAsync)
            ?? await EachAsync("providers", document.Providers, provider => provider.Name, providers.ApplyAsync)
            ?? await EachAsync("pools", document.Pools, pool => pool.Name, pools.ApplyAsync)
            ?? await EachAsync("plans", document.Plans, plan => plan.Name, plans.ApplyAsync)
            ?? await EachAsync("customers", document.Customers, customer => customer.Email, customers.ApplyAsync)
            ?? await SiteAsync(site.FinishAsync);
        return refused is null ? changes : Result.Failure<IReadOnlyList<string>>(refused.Errors);

        async Task<Result?> SiteAsync(Func<DesiredSite, List<string>, CancellationToken, Task<Result>> apply) =>
            document.Site is { } desired && await apply(desired, changes, cancellation) is { IsSuccess: false } wrong
                ? Result.Failure([.. wrong.At("site").Errors
                    .Select(error => error with { Message = $"{error.Field}: {error.Message}" })])
                : null;

        async Task<Result?> EachAsync<T>(
            string section, IReadOnlyList<T> entries, Func<T, string> nameOf, Func<T, List<string>, CancellationToken,
            Task<Result>> apply)
        {
            foreach (var (index, entry) in entries.Index())
                if (await apply(entry, changes, cancellation) is { IsSuccess: false } wrong)
                    return Result.Failure([.. wrong.At($"{section}[{index}]").Errors
                        .Select(error => error with { Message = $"{error.Field} ({nameOf(entry)}): {error.Message}" })]);
            return null;
        }
    }
}
