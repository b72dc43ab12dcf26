using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.DesiredState;

/// <summary>Compares a <see cref="DesiredStateDocument"/> with what is stored and changes what differs.</summary>
internal sealed class DesiredStateApplication(IServiceProvider services)
{
    /// <summary>
    /// The value is what was changed, a line each. It stops at the first thing that is refused; what was changed before stays,
    /// and a second run goes on from there. Errors name their place in the document.
    /// </summary>
    public async Task<Result<IReadOnlyList<string>>> ApplyAsync(DesiredStateDocument document, CancellationToken cancel)
    {
        var changes = new List<string>();
        // What is named by others comes first.
        var refused = await EachAsync("providers", document.Providers, provider =>
            provider.Name, Section<ProviderSection>().ApplyAsync)
            ?? await EachAsync("pools", document.Pools, pool => pool.Name, Section<PoolSection>().ApplyAsync)
            ?? await EachAsync("plans", document.Plans, plan => plan.Name, Section<PlanSection>().ApplyAsync)
            ?? await EachAsync("customers", document.Customers, customer => customer.Email, CustomerSection().ApplyAsync);
        return refused is null ? changes : Result.Failure<IReadOnlyList<string>>(refused.Errors);

        async Task<Result?> EachAsync<T>(string section, IReadOnlyList<T> entries, Func<T, string> nameOf, Func<T, List<string>,
            CancellationToken, Task<Result>> apply)
        {
            foreach (var (index, entry) in entries.Index())
                if (await apply(entry, changes, cancel) is { IsSuccess: false } wrong)
                    return Result.Failure(
                        [.. wrong.At($"{section}[{index}]").Errors.Select(error =>
                            error with { Message = $"{error.Field} ({nameOf(entry)}): {error.Message}" })]);
            return null;
        }
    }

    private T Section<T>(params object[] parts) => ActivatorUtilities.CreateInstance<T>(services, parts);

    private CustomerSection CustomerSection() => Section<CustomerSection>(Section<ProxyUserSection>());
}
