using System.Net;
using AtlanticProxy.ControlPlane.Customers;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Who made a proxy user's secret: that decides how it is verified.</summary>
public enum SecretKind
{
    /// <summary>By <see cref="Secrets.SecretGenerator"/>: verified by one SHA-256.</summary>
    Generated,

    /// <summary>By a person: verified by PBKDF2.</summary>
    Chosen,
}

/// <summary>
/// One set of proxy credentials. A deleted one stays as a row without secret, so that the usage it made still belongs to its
/// customer; its name is free for another.
/// </summary>
[Table("proxy_users")]
internal sealed class ProxyUser
{
    [PrimaryKey]
    public long Id { get; set; }

    public long CustomerId { get; set; }

    [Association(ThisKey = nameof(CustomerId), OtherKey = nameof(Customers.Customer.Id))]
    public Customer? Customer { get; set; }

    /// <summary>Unique among those not deleted: <c>[a-z0-9]{3,32}</c>. Never changes.</summary>
    public required string Name { get; set; }

    public bool Enabled { get; set; } = true;
    public SecretKind SecretKind { get; set; }

    /// <summary>SHA-256 of a generated secret, the PBKDF2 key of a chosen one: 32 bytes.</summary>
    public required byte[] SecretHash { get; set; }

    public byte[]? SecretSalt { get; set; }
    public int? SecretIterations { get; set; }

    /// <summary>The secret itself under <see cref="Secrets.SecretBox"/>.</summary>
    public required byte[] SecretSealed { get; set; }

    public int? MaxConnections { get; set; }
    public long? SpeedBytesPerSecond { get; set; }
    public IPNetwork[] AllowedSources { get; set; } = [];
    public long? LimitBytes { get; set; }

    /// <summary>Raised when all its exits are to change.</summary>
    public long ExitGeneration { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>A proxy user, as lists and pages show one. Never its secret.</summary>
/// <param name="Standing">Whether it is served now.</param>
/// <param name="MaxConnections">Concurrent connections a node; null is no limit.</param>
/// <param name="SpeedBytesPerSecond">Each direction, over all tunnels; null is no limit.</param>
/// <param name="AllowedSources">Networks that need no password, in CIDR form.</param>
/// <param name="LimitBytes">Of its customer's bytes a period; null is no cap of its own.</param>
public sealed record ProxyUserSummary(
    long Id, long CustomerId, string CustomerEmail, Standing Standing, string Name, bool Enabled, SecretKind SecretKind,
    int? MaxConnections, long? SpeedBytesPerSecond, IReadOnlyList<string> AllowedSources, DateTimeOffset CreatedAt,
    long? LimitBytes = null);

/// <summary>What a client needs to use a proxy user.</summary>
public sealed record ProxyUserCredentials(long ProxyUserId, string Name, string Secret)
{
    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Name} ({ProxyUserId})";
}
