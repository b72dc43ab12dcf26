using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Of an appliance without gateways: nobody can be charged while away.</summary>
internal sealed class NoCollector : ICollector
{
    public Task<Collection> CollectAsync(
        long customerId, Money amount, string key, string description, CancellationToken cancellation) =>
        Task.FromResult(new Collection(false, false, "No payment method is saved."));
}
