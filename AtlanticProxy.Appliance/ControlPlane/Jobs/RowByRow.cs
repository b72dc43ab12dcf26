using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>Does something to each of many rows, each in a transaction of its own: one that fails keeps no other.</summary>
internal sealed partial class RowByRow(AtlanticDb db, ILogger log)
{
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    /// <returns>Whether it did something, and was committed.</returns>
    public async Task<bool> DoAsync(string what, Func<Task<bool>> work, CancellationToken cancellation)
    {
        try
        {
            await using var transaction = await db.BeginTransactionAsync(cancellation);
            bool did = await work();
            if (did)
                await transaction.CommitAsync(cancellation);
            return did;
        }
        catch (Exception fault) when (fault is PostgresException or InvalidOperationException && !DatabaseOutage.Caused(fault))
        {
            LogFailed(fault, what);
            _failures.Add($"{what}: {fault.Message}");
            return false;
        }
    }

    [LoggerMessage(2420, LogLevel.Error, "{What} failed; the others go on")]
    private partial void LogFailed(Exception fault, string what);
}
