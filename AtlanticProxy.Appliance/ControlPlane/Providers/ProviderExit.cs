using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>One proxy of a provider that is a list of them.</summary>
[Table("provider_exits")]
internal sealed class ProviderExit
{
    [PrimaryKey(1)]
    public long ProviderId { get; set; }

    /// <summary>From 0, in the order given.</summary>
    [PrimaryKey(2)]
    public int Position { get; set; }

    public required string Host { get; set; }
    public int Port { get; set; }
    public string Username { get; set; } = "";

    /// <summary>Under <see cref="Secrets.SecretBox"/>; null when there is none.</summary>
    public byte[]? PasswordSealed { get; set; }

    /// <summary>ISO 3166-1 alpha-2, lower case; empty when not known.</summary>
    public string Country { get; set; } = "";

    /// <summary>Small letters and digits only; empty when not known.</summary>
    public string City { get; set; } = "";
}
