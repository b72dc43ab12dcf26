using AtlanticProxy.Engine;

namespace AtlanticProxy.Host.BlockLists;

/// <summary>Fetches block lists and reads their folder again while the appliance runs: whatever else puts new files there needs to tell nobody.</summary>
internal sealed class BlockListRefresh(ProxyEngine engine, BlockListFetch fetch, BlockListOptions options, TimeProvider time)
{
    /// <summary>Runs until cancelled. The engine has read once, when it started, what was there.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        do
        {
            await fetch.RunAsync(cancel);
            await engine.RefreshBlockListsAsync(cancel);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }
}
