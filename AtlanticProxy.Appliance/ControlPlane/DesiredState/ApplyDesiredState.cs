using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>Brings what is stored to what a document says, and leaves alone what the document does not name.</summary>
public sealed class ApplyDesiredState
{
    private readonly ProviderSection _providers;
    private readonly PoolSection _pools;
    private readonly PlanSection _plans;
    private readonly CustomerSection _customers;

    private ApplyDesiredState(ProviderSection providers, PoolSection pools, PlanSection plans, CustomerSection customers) =>
        (_providers, _pools, _plans, _customers) = (providers, pools, plans, customers);

    /// <summary>The sections are nobody else's: so the constructor is not public either.</summary>
    internal static ApplyDesiredState Create(IServiceProvider services) => new(
        services.GetRequiredService<ProviderSection>(), services.GetRequiredService<PoolSection>(),
        services.GetRequiredService<PlanSection>(), services.GetRequiredService<CustomerSection>());

    /// <summary>
    /// The value is what was changed, a line each. It stops at the first thing that is refused; what was changed before stays,
    /// and a second run goes on from there. Errors name their place in the document.
    /// </summary>
    /// <param name="json">See docs/reference.md, "The document of apply".</param>
    public async Task<Result<IReadOnlyList<string>>> ExecuteAsync(string json, CancellationToken cancellation)
    {
        var read = DesiredStateFormat.Parse(json);
        if (!read.IsSuccess)
            return Result.Failure<IReadOnlyList<string>>(read.Errors);
        var document = read.Value;
        if (document.RequireDistinctNames() is { IsSuccess: false } repeated)
            return Result.Failure<IReadOnlyList<string>>(repeated.Errors);
        var changes = new List<string>();
        // What is named by others comes first.
        var refused = await EachAsync("providers", document.Providers, provider => provider.Name, _providers.ApplyAsync)
            ?? await EachAsync("pools", document.Pools, pool => pool.Name, _pools.ApplyAsync)
            ?? await EachAsync("plans", document.Plans, plan => plan.Name, _plans.ApplyAsync)
            ?? await EachAsync("customers", document.Customers, customer => customer.Email, _customers.ApplyAsync);
        return refused is null ? changes : Result.Failure<IReadOnlyList<string>>(refused.Errors);

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
