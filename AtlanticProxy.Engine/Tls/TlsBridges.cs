using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Tls;

/// <summary>All TLS bridges of an engine: counted, so that none is forgotten, and ended with it.</summary>
internal sealed class TlsBridges(TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Time for bridges to hand over what the loops have left in them, when the engine stops.</summary>
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private volatile bool _finishing;

    public TimeProvider Time { get; } = time;

    /// <summary>Cancelled when the engine will wait no longer.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Bridges and handshakes under way.</summary>
    public int Open => Volatile.Read(ref _open);

    public void OnOpened() => Interlocked.Increment(ref _open);

    public void OnClosed()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _finishing)
            _empty.TrySetResult();
    }

    public void OnFault(Exception fault) => EngineLog.ConnectionFault(log, fault);

    /// <summary>Waits, not long, until what the loops have sent is with the peers; then ends what is left.</summary>
    public async Task FinishAsync()
    {
        _finishing = true;
        if (Open == 0)
            return;
        try
        {
            await _empty.Task.WaitAsync(FinishTime, Time);
        }
        catch (TimeoutException)
        {
            await _end.CancelAsync();
            await _empty.Task;
        }
    }

    public void Dispose() => _end.Dispose();
}
