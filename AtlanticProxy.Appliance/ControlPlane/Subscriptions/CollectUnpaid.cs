using System.Collections.Concurrent;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// Dunning. What the wallet has pays first; what is missing is asked of the saved method, on the day that a period fell due and
/// on the days of <see cref="BillingOptions.DunningDays"/> after it. After the last, the subscription is suspended; unpaid for a
/// month more, it ends. Gateways take their time: several are asked at once.
/// </summary>
public sealed class CollectUnpaid(AtlanticDb db, IServiceScopeFactory scopes, BillingOptions options) : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var unpaid = await db.Subscriptions.Where(row =>
                row.State == SubscriptionState.PastDue || row.State == SubscriptionState.Suspended)
            .OrderBy(row => row.NextTryAt).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellation);
        var outcomes = new ConcurrentBag<CollectSubscription.Outcome>();
        await Parallel.ForEachAsync(unpaid,
            new ParallelOptions { MaxDegreeOfParallelism = options.ChargesAtOnce, CancellationToken = cancellation },
            async (id, stop) =>
            {
                await using var scope = scopes.CreateAsyncScope();
                outcomes.Add(await scope.ServiceProvider.GetRequiredService<CollectSubscription>().ExecuteAsync(id, stop));
            });
        return new JobReport($"{outcomes.Count(each => each.Asked)} asked for, {Count(CollectSubscription.Ending.Recovered)} "
            + $"recovered, {Count(CollectSubscription.Ending.Suspended)} suspended, "
                + $"{Count(CollectSubscription.Ending.Ended)} ended",
            [.. outcomes.SelectMany(each => each.Failures)]);

        int Count(CollectSubscription.Ending ending) => outcomes.Count(each => each.Ending == ending);
    }
}
