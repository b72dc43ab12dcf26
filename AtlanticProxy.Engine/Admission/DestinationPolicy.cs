using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Admission;

/// <summary>
/// Judges destinations by the rules of everybody and of the user, and by the block lists that these name. From any loop, without
/// locks.
/// </summary>
internal sealed class DestinationPolicy
{
    private BlockListCatalogue _lists = BlockListCatalogue.Empty;

    /// <summary>The lists in use; set from any thread.</summary>
    public BlockListCatalogue Lists
    {
        get => Volatile.Read(ref _lists);
        set => Volatile.Write(ref _lists, value);
    }

    /// <summary>Whether names matter for this user, and so what a tunnel's TLS says.</summary>
    public static bool ConcernsNames(EngineSnapshot snapshot, ProxyUser user) =>
        snapshot.Rules.ConcernNames || user.Rules.ConcernNames;

    /// <summary>The rule that forbids the destination, or null.</summary>
    public string? Forbid(EngineSnapshot snapshot, ProxyUser user, Destination destination) =>
        snapshot.Rules.ForbidPort(destination.Port) ?? user.Rules.ForbidPort(destination.Port)
        ?? (destination.Literal is { } literal
            ? snapshot.ForbidAddress(user, literal)
            : ForbidName(snapshot, user, destination.Host));

    /// <summary>The rule that forbids the name, or null.</summary>
    /// <param name="host">Lower case, without a final dot.</param>
    public string? ForbidName(EngineSnapshot snapshot, ProxyUser user, ReadOnlySpan<char> host) =>
        ConcernsNames(snapshot, user) ? snapshot.Rules.ForbidName(host, Lists) ?? user.Rules.ForbidName(host, Lists) : null;
}
