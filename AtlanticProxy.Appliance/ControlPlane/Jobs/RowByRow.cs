using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Jobs;

/// <summary>Does something to each of many rows, each in a transaction of its own: one that fails stops no other.</summary>
internal sealed partial class RowByRow(AtlanticDb db, ILogger log)
{
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    /// <returns>Whether it did something, and was committed.</returns>
    public Task<bool> DoAsync(string what, Func<Task<bool>> work, CancellationToken cancellation) => TryAsync(what, async () =>
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        bool did = await work();
        if (did)
            await transaction.CommitAsync(cancellation);
        return did;
    }, cancellation);

    /// <summary>For what must not be in a transaction: it takes its time.</summary>
    /// <returns>What came of it; the default when it failed.</returns>
    public async Task<T?> TryAsync<T>(string what, Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work();
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && !DatabaseOutage.Caused(fault))
        {
            LogFailed(fault, what);
            _failures.Add($"{what}: {fault.Message}");
            return default;
        }
    }

    [LoggerMessage(2420, LogLevel.Error, "{What} failed; the others go on")]
    private partial void LogFailed(Exception fault, string what);
}
