using System.Collections.Immutable;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>Reads pools, and what plans give of them.</summary>
internal static class PlanRows
{
    private const string Pools = "select id, name, policy from pools order by id";

    private const string Members =
        "select pool_id, provider_id, tier, weight from pool_members order by pool_id, tier, provider_id";

    // The cheapest is named to those who lack something; one that is no longer sold never is, as long as there is another.
    private const string Plans = """
        select v.id, p.name, v.pool_id, v.includes, case when p.active
            and v.id = p.version_id then rank() over (order by v.price, p.id) else 9223372036854775807 end,
               v.max_connections, v.connections_per_second, v.requests_per_minute, v.speed_up_bytes_per_second,
                   v.speed_down_bytes_per_second,
               v.max_client_addresses, v.floor_bytes_per_second, v.dialects
        from plan_versions v join plans p on p.id = v.plan_id
        """;

    public static async Task<ImmutableArray<Pool>> ReadPoolsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var members = new List<(long Pool, PoolMember Member)>();
        await using (var command = new NpgsqlCommand(Members, connection))
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                members.Add((row.GetInt64(0), new PoolMember(row.GetInt64(1), row.GetInt32(2), row.GetInt32(3))));

        var byPool = members.ToLookup(pair => pair.Pool, pair => pair.Member);
        var pools = ImmutableArray.CreateBuilder<Pool>();
        await using (var command = new NpgsqlCommand(Pools, connection))
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                pools.Add(new Pool(row.GetInt64(0), row.GetString(1), Enum.Parse<PoolPolicy>(row.GetString(2), ignoreCase: true),
                    [.. byPool[row.GetInt64(0)]]));
        return pools.DrainToImmutable();
    }

    public static async Task<ImmutableArray<PlanRights>> ReadRightsAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var plans = ImmutableArray.CreateBuilder<PlanRights>();
        await using var command = new NpgsqlCommand(Plans, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            plans.Add(new PlanRights(
                row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt64(2),
                TargetingRight.FieldsOf(row.GetFieldValue<string[]>(3)), row.GetInt64(4))
            {
                Limits = new UseLimits
                {
                    MaxConnections = Count(5), ConnectionsPerSecond = Count(6), RequestsPerMinute = Count(7), SpeedUp = Amount(8),
                    SpeedDown = Amount(9),
                    MaxClientAddresses = Count(10),
                },
                FloorSpeed = Amount(11),
                Dialects = PlanOffer.DialectsOf(row.GetFieldValue<string[]>(12))!.Value,
            });
        return plans.DrainToImmutable();

        int? Count(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
        long? Amount(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
    }
}
