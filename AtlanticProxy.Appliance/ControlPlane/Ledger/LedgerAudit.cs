using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>Verifies the ledger when the appliance starts, and every night from then on.</summary>
public sealed partial class LedgerAudit(IServiceScopeFactory scopes, TimeProvider time, ILogger<LedgerAudit> log)
{
    /// <summary>UTC: after midnight's work, and before anyone in Europe or Africa begins theirs.</summary>
    private static readonly TimeSpan NightlyAt = TimeSpan.FromHours(3);

    /// <summary>What the last one found; null before the first.</summary>
    public IReadOnlyList<LedgerDifference>? Found { get; private set; }

    /// <summary>Runs until cancelled. Faults of the database end it: whoever runs it starts it again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await AuditAsync(cancellation);
            var now = time.GetUtcNow();
            var next = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + NightlyAt;
            await Task.Delay((next > now ? next : next.AddDays(1)) - now, time, cancellation);
        }
    }

    internal async Task AuditAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        Found = await scope.ServiceProvider.GetRequiredService<VerifyBalances>().ExecuteAsync(cancellation);
        foreach (var (account, kind, customer, currency, balance, entries) in Found)
            LogDifference(account, kind, customer, balance, currency, entries);
    }

    [LoggerMessage(2301, LogLevel.Error, "Ledger account {Account} ({Kind}, customer {Customer}) says {Balance} {Currency}, but its entries sum to {Entries} (minor units)")]
    private partial void LogDifference(long account, string kind, long? customer, long balance, string currency, long entries);
}
