using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>For whom an upstream is dialled: a client's connection, as far as the dial is concerned.</summary>
internal interface IDialOwner
{
    /// <summary>Where the upstream connection is to be.</summary>
    EgressLoop Egress { get; }

    /// <summary>Whose it is, once it is admitted.</summary>
    ProxyUser User { get; }

    /// <summary>What is dialled or used for it now, to be stopped when it goes away or is cut.</summary>
    ICancellable? Pending { get; set; }
}
