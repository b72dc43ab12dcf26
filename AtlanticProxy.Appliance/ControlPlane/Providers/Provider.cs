using System.Net;
using AtlanticProxy.Engine.Snapshot;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// A source of exits. A removed one stays as a row without password, so that the usage it carried keeps its name; the name is
/// free for another.
/// </summary>
[Table("providers")]
internal sealed class Provider
{
    public const int MaxNameLength = 40;

    [PrimaryKey]
    public long Id { get; set; }

    /// <summary>Unique among those not removed: <c>[a-z0-9-]{1,40}</c>. Never changes.</summary>
    public required string Name { get; set; }

    /// <summary>Name of a <see cref="ProviderPreset"/>.</summary>
    public string Preset { get; set; } = ProviderPreset.Custom;

    public UpstreamProtocol Protocol { get; set; }

    /// <summary>A template; empty for <see cref="UpstreamProtocol.Direct"/> and for lists.</summary>
    public string Host { get; set; } = "";

    /// <summary>0 where <see cref="Host"/> is empty.</summary>
    public int Port { get; set; }

    /// <summary>
    /// The account's name at the provider, <c>{username}</c> of the preset's templates; of no meaning to custom ones.
    /// </summary>
    public string Username { get; set; } = "";

    /// <summary>Of a custom provider; those of others come with their preset.</summary>
    public string UsernameTemplate { get; set; } = "";

    /// <inheritdoc cref="UsernameTemplate"/>
    public string PasswordTemplate { get; set; } = "";

    /// <summary>Under <see cref="Secrets.SecretBox"/>; null when there is none.</summary>
    public byte[]? PasswordSealed { get; set; }

    /// <summary>Where it has exits: ISO 3166-1 alpha-2, lower case; empty for any.</summary>
    public string[] Countries { get; set; } = [];

    /// <summary>Own networks to go out from, of <see cref="UpstreamProtocol.Direct"/>; empty leaves it to the kernel.</summary>
    public IPNetwork[] LocalNetworks { get; set; } = [];

    /// <summary>Minor units.</summary>
    public long CostPerGb { get; set; }

    /// <summary>Bytes in a day or month (UTC), after which it takes nothing new until the next; null for any number.</summary>
    public long? DailyCapBytes { get; set; }

    /// <inheritdoc cref="DailyCapBytes"/>
    public long? MonthlyCapBytes { get; set; }

    /// <summary>Connections at a time on one node; null for any number.</summary>
    public int? MaxConnections { get; set; }

    /// <summary>Set while a cap is spent: when the next day or month begins.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public DateTimeOffset? CapReachedUntil { get; set; }

    public int Priority { get; set; }
    public int Weight { get; set; }
    public bool Enabled { get; set; } = true;
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}
