using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Limits;

/// <summary>How many connections ask for each kind of targeting that may cost more. Shared by all loops without locks.</summary>
internal sealed class TargetingCounts
{
    private int _city, _state, _asn;

    /// <summary>What at least one asks for.</summary>
    public PricedTargeting Present =>
        (Volatile.Read(ref _city) > 0 ? PricedTargeting.City : 0)
        | (Volatile.Read(ref _state) > 0 ? PricedTargeting.State : 0)
        | (Volatile.Read(ref _asn) > 0 ? PricedTargeting.Asn : 0);

    public void Change(PricedTargeting before, PricedTargeting now)
    {
        if (before == now)
            return;
        Change(ref _city, PricedTargeting.City);
        Change(ref _state, PricedTargeting.State);
        Change(ref _asn, PricedTargeting.Asn);

        void Change(ref int count, PricedTargeting kind)
        {
            int change = (now.HasFlag(kind) ? 1 : 0) - (before.HasFlag(kind) ? 1 : 0);
            if (change != 0)
                Interlocked.Add(ref count, change);
        }
    }
}
