using AtlanticProxy.Engine;
using AtlanticProxy.Host.BlockLists;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Serving;

/// <summary>Shows the portal what the engine forbids.</summary>
internal sealed class EngineDestinations(ProxyEngine engine, EngineOptions options, BlockListFetch fetch) : IDestinations
{
    public IReadOnlyList<BlockListState> BlockLists
    {
        get
        {
            var inUse = engine.BlockLists.ToDictionary(list => list.Category);
            var fetched = fetch.Describe().ToLookup(source => source.Category);
            return
            [
                .. inUse.Keys.Concat(fetched.Select(category => category.Key)).Distinct().Order(StringComparer.Ordinal)
                    .Select(category => new BlockListState(
                        category, [.. fetched[category].Select(source => source.Address)],
                        inUse.GetValueOrDefault(category)?.Names, inUse.GetValueOrDefault(category)?.SkippedLines ?? 0,
                        fetch.UpdatedAt(category),
                        fetched[category].Select(source => source.Error).FirstOrDefault(error => error is not null))),
            ];
        }
    }

    public IReadOnlyList<int> DeniedPorts => [.. options.DeniedPorts];

    public IReadOnlyList<string> AllowedPrivateNetworks => [.. options.AllowedPrivateNetworks];

    public DestinationJudgement Judge(string proxyUser, string authority) => engine.Judge(proxyUser, authority);
}
