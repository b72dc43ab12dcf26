using System.Collections.ObjectModel;
using System.Net;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Limits;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>Whether a proxy user may open connections, and if not, why.</summary>
public enum ProxyUserState
{
    Active,

    /// <summary>The proxy user itself was disabled by its owner or an operator.</summary>
    Disabled,

    /// <summary>The customer it belongs to is suspended.</summary>
    CustomerSuspended,

    /// <summary>The time that its customer bought is over.</summary>
    PlanEnded,
}

/// <summary>One set of proxy credentials, with all that the engine must know to admit and limit it. Immutable.</summary>
public sealed record ProxyUser
{
    public required long Id { get; init; }
    public required long CustomerId { get; init; }

    /// <summary>Unique over the appliance: <c>[a-z0-9]{3,32}</c>.</summary>
    public required string Name { get; init; }

    public required ProxyUserState State { get; init; }

    /// <summary>
    /// What its customer's plan, as bought, gives it: the id of a <see cref="PlanRights"/>; null is <see
    /// cref="PlanRights.Default"/>.
    /// </summary>
    public long? PlanId { get; init; }

    /// <summary>
    /// The account whose leases its bytes are used from, which others may share; null when nothing bounds them.
    /// </summary>
    public long? QuotaAccountId { get; init; }

    /// <summary>Raised each time that all its exits are to change.</summary>
    public long Generation { get; init; }

    /// <summary>Raised each time that one session's exit is to change, by the session's name; most users have none.</summary>
    public IReadOnlyDictionary<string, int> SessionGenerations { get; init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>What a presented password is checked against.</summary>
    public required SecretVerifier Secret { get; init; }

    public UseLimits Limits { get; init; } = UseLimits.None;

    /// <summary>Source networks that need no password.</summary>
    public IReadOnlyList<IPNetwork> AllowedSources { get; init; } = [];

    /// <summary>Ways in by Shadowsocks; most users have none.</summary>
    public IReadOnlyList<ShadowsocksKey> ShadowsocksKeys { get; init; } = [];

    /// <summary>Where this user may not go, besides what nobody may.</summary>
    public DestinationRules Rules { get; init; } = DestinationRules.None;

    public bool HasShadowsocksKey(long id)
    {
        foreach (var key in ShadowsocksKeys)
            if (key.Id == id)
                return true;
        return false;
    }
}
