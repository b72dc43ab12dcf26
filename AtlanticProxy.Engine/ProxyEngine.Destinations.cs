using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine;

/// <summary>What would become of a request because of where it goes.</summary>
public enum DestinationVerdict
{
    /// <summary>Nothing forbids it.</summary>
    Permitted,

    /// <summary>There is no such proxy user.</summary>
    NoSuchUser,

    /// <summary>It is no host and port.</summary>
    NoDestination,

    /// <summary>Its port is refused to all, by the settings.</summary>
    PortDenied,

    /// <summary>It is private, local or this server's own.</summary>
    Private,

    /// <summary>A rule forbids it.</summary>
    Rule,
}

/// <summary>The verdict on one destination.</summary>
/// <param name="Rule">The rule that decides, as refusals name it; empty when none does.</param>
public sealed record DestinationJudgement(DestinationVerdict Verdict, string Rule = "");

// What clients may reach.
public sealed partial class ProxyEngine
{
    /// <summary>What was read of the block lists in use, by category.</summary>
    public IReadOnlyList<BlockListReport> BlockLists => _context.Policy.Lists.Reports;

    /// <summary>
    /// Whether a proxy user may go somewhere, by what is served now. Names are not resolved: what a name stands for is judged
    /// when it is dialled.
    /// </summary>
    /// <param name="proxyUser">Its name.</param>
    /// <param name="authority">Host and port, as a client would ask for them.</param>
    public DestinationJudgement Judge(string proxyUser, string authority)
    {
        var snapshot = _context.Live.Snapshot;
        if (snapshot.FindEntry(proxyUser) is not { User: var user })
            return new DestinationJudgement(DestinationVerdict.NoSuchUser);
        if (Destination.ParseAuthority(Encoding.UTF8.GetBytes(authority), defaultPort: null) is not { } destination)
            return new DestinationJudgement(DestinationVerdict.NoDestination);
        if (_context.Guard.Denies(destination.Port))
            return new DestinationJudgement(DestinationVerdict.PortDenied);
        if (!_context.Guard.Permits(destination))
            return new DestinationJudgement(DestinationVerdict.Private);
        return _context.Policy.Forbid(snapshot, user, destination) is { } rule
            ? new DestinationJudgement(DestinationVerdict.Rule, rule)
            : new DestinationJudgement(DestinationVerdict.Permitted);
    }
}
