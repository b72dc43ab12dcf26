using AtlanticProxy.Engine.Usage.Leases;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>Leases of one run of one node, by the functions of <c>leases.sql</c>: each in one atomic statement.</summary>
/// <param name="node">As this run's usage batches are signed: what they book is taken off its leases.</param>
public sealed class LeaseSource(NpgsqlDataSource database, string node) : ILeaseSource
{
    internal static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(10);

    /// <summary>
    /// After which the database counts a lease as lost: longer, so that no clock's or network's delay lets two use it.
    /// </summary>
    internal static readonly TimeSpan KeptFor = ValidFor + TimeSpan.FromMinutes(5);

    /// <summary>A refused client that tries again at once costs one statement in this time.</summary>
    internal static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(5);

    /// <summary>Seconds. A node that waits for longer serves its client better by a refusal.</summary>
    private const int Timeout = 5;

    public async ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.WantedBytes);
        await using var take = Command("select bytes, minutes, state from lease_take($1, $2, $3, $4, p_targeting => $5)", request.AccountId,
            request.WantedBytes);
        take.Parameters.AddWithValue(KeptFor);
        take.Parameters.AddWithValue((int)request.Targeting);
        await using var row = await take.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var state = row.GetString(2) switch
        {
            "granted" => LeaseState.Granted,
            "quota_exhausted" => LeaseState.QuotaExhausted,
            "balance_exhausted" => LeaseState.BalanceExhausted,
            "subscription_ended" => LeaseState.SubscriptionEnded,
            var other => throw new InvalidOperationException($"lease_take answered '{other}'."),
        };
        return new LeaseGrant(row.GetInt64(0), row.GetInt32(1), state, state == LeaseState.Granted ? ValidFor : RefusedFor);
    }

    public async ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unusedBytes);
        await using var give = Command("select lease_return($1, $2, $3)", accountId,
            unusedBytes); // a minute is used by being granted
        await give.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string sql, long account, long bytes)
    {
        var command = database.CreateCommand(sql);
        command.CommandTimeout = Timeout;
        command.Parameters.AddWithValue(node);
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(bytes);
        return command;
    }
}
