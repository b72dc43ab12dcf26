using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>
/// Charges every wallet for what was used since the last time, each in a transaction of its own: one that fails keeps no other.
/// </summary>
public sealed partial class SettleWallets(AtlanticDb db, TimeProvider time, ILogger<SettleWallets> log) : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int settled = 0;
        var failures = new List<string>();
        foreach (var due in await db.QueryAsync<Due>($"""
            select q.id as account_id, c.email from quota_accounts q join customers c on c.id = q.customer_id
                where q.unsettled > 0 order by q.id
            """, cancellation))
            try
            {
                await db.ScalarAsync<long>($"select quota_settle({due.AccountId}, {time.GetUtcNow()})", cancellation);
                settled++;
            }
            catch (PostgresException fault) when (!DatabaseOutage.Caused(fault))
            {
                LogFailed(fault, due.Email, due.AccountId);
                failures.Add($"{due.Email} was not charged: {fault.MessageText}");
            }
        return new JobReport($"{settled} wallets charged", failures);
    }

    private sealed record Due(long AccountId, string Email);

    [LoggerMessage(2401, LogLevel.Error,
        "The wallet of {Customer} (quota account {Account}) could not be charged; the others were")]
    private partial void LogFailed(Exception fault, string customer, long account);
}
