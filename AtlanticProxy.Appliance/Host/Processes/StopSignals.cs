using System.Runtime.InteropServices;

namespace AtlanticProxy.Host.Processes;

/// <summary>Ctrl-C and SIGTERM: the first asks for a graceful stop, the second for haste.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new(), _hurry = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
            _registrations.Add(PosixSignalRegistration.Create(signal, received =>
            {
                received.Cancel = true; // We end by ourselves, in our order.
                if (_first.TrySetResult())
                    _stopping.Cancel();
                else
                    _hurry.Cancel();
            }));
    }

    /// <summary>Completes at the first signal.</summary>
    public Task First => _first.Task;

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Cancelled at the second.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stopping.Dispose();
        _hurry.Dispose();
    }
}
