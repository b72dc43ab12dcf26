using AtlanticProxy.Engine;

namespace AtlanticProxy.Host.Serving;

/// <summary>Reads the block lists again while the appliance runs: whatever puts new files into their folder needs to tell nobody.</summary>
internal sealed class BlockListRefresh(ProxyEngine engine, TimeProvider time)
{
    /// <summary>Public lists change once a day or less; reading half a million names takes under a second of a core.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled. The engine has read the lists once when it started.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
            await engine.RefreshBlockListsAsync(cancel);
    }
}
