using System.Collections.Concurrent;

namespace AtlanticProxy.Host.Jobs;

/// <summary>
/// Why this node's own jobs failed when they last ran, by name. A job that fails is tried again when it is due next.
/// </summary>
internal sealed partial class NodeJobFailures(ILogger<NodeJobFailures> logger)
{
    private readonly ConcurrentDictionary<string, string> _failures = new();

    public IReadOnlyDictionary<string, string> Failing => _failures;

    /// <summary>Runs <paramref name="work"/>, and remembers how that ended. Never throws, but for a stop.</summary>
    public async ValueTask RecordAsync(string name, Func<Task> work)
    {
        try
        {
            await work();
            _failures.TryRemove(name, out _);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            _failures[name] = fault.Message;
            LogFailed(fault, name);
        }
    }

    [LoggerMessage(4402, LogLevel.Error, "{Name} failed; it is tried again when it is due next")]
    private partial void LogFailed(Exception fault, string name);
}
