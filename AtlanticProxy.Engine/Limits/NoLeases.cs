using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Limits;

/// <summary>For an engine of its own that bills nobody: there is always more.</summary>
internal sealed class NoLeases : ILeaseSource
{
    public ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation) =>
        new(new LeaseGrant(long.MaxValue, int.MaxValue, LeaseState.Granted, TimeSpan.FromDays(1)));

    public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation) => default;
}
