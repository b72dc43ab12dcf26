using AtlanticProxy.Engine;

namespace AtlanticProxy.Web;

/// <summary>A category of block lists, as this node has it.</summary>
/// <param name="Sources">Addresses that it is fetched from, without secrets; empty when its files were put there by hand.</param>
/// <param name="Names">That are in use; null while none was read.</param>
/// <param name="SkippedLines">That were not understood.</param>
/// <param name="UpdatedAt">When the newest of its files came.</param>
/// <param name="Error">Why the last fetch failed; null when it did not.</param>
public sealed record BlockListState(
    string Category, IReadOnlyList<string> Sources, int? Names, int SkippedLines, DateTimeOffset? UpdatedAt, string? Error);

/// <summary>What forbids destinations beside the rules, and what all of it says of one. The host brings it.</summary>
public interface IDestinations
{
    /// <summary>By category.</summary>
    IReadOnlyList<BlockListState> BlockLists { get; }

    /// <summary>Ports that the settings refuse to all.</summary>
    IReadOnlyList<int> DeniedPorts { get; }

    /// <summary>Private networks that the settings let clients reach.</summary>
    IReadOnlyList<string> AllowedPrivateNetworks { get; }

    /// <inheritdoc cref="ProxyEngine.Judge"/>
    DestinationJudgement Judge(string proxyUser, string authority);
}

/// <summary>For a portal beside which no engine runs.</summary>
internal sealed class NoDestinations : IDestinations
{
    public IReadOnlyList<BlockListState> BlockLists => [];

    public IReadOnlyList<int> DeniedPorts => [];

    public IReadOnlyList<string> AllowedPrivateNetworks => [];

    public DestinationJudgement Judge(string proxyUser, string authority) => new(DestinationVerdict.NoSuchUser);
}
