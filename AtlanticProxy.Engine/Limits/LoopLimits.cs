namespace AtlanticProxy.Engine.Limits;

/// <summary>What bounds the connections of one loop. All but the gates is the node's, shared by its loops.</summary>
/// <param name="Addresses">Connections of each client address.</param>
/// <param name="Leases">What this node holds of accounts' quotas.</param>
/// <param name="Customers">What customers use.</param>
/// <param name="Gates">The loop's own: what the bytes of bounded users pass.</param>
/// <param name="Time">The clock of rates and speeds.</param>
internal sealed record LoopLimits(
    AddressCounts Addresses, LeaseKeeper Leases, CustomerUse Customers, TrafficGates Gates, TimeProvider Time);
