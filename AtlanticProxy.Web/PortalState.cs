using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Web;

/// <summary>What the host tells the portal while both run.</summary>
public sealed class PortalState
{
    /// <summary>Hexadecimal digits of a hash: enough to tell one look from the next.</summary>
    private const int VersionLength = 12;

    private volatile bool _databaseIsAway;
    private volatile SiteLook _look = SiteLook.Plain;
    private volatile string _lookVersion = "";
    private volatile ResellerLooks _resellers = new([]);

    /// <summary>The database has not answered since the start: no page can be made, so none is tried.</summary>
    public bool DatabaseIsAway
    {
        get => _databaseIsAway;
        set => _databaseIsAway = value;
    }

    /// <summary>
    /// How pages look. Kept here, so that no page asks the database for it, not even the one that says it is away.
    /// </summary>
    public SiteLook Look
    {
        get => _look;
        set
        {
            _look = value;
            _lookVersion = VersionOf(value.Accent, value.Logo);
        }
    }

    /// <summary>Of the colours and the logo, for their addresses.</summary>
    public string LookVersion => _lookVersion;

    /// <summary>What resellers' customers see, as the database has it.</summary>
    public IReadOnlyList<ResellerBrand> Resellers
    {
        set => _resellers = new ResellerLooks([.. value.Select(brand =>
            new ResellerLook(brand, VersionOf(brand.Accent, brand.Logo)))]);
    }

    internal ResellerLook? LookOfReseller(long id) => _resellers.ById.GetValueOrDefault(id);

    /// <param name="host">As a request has it, without port.</param>
    internal ResellerLook? LookAt(string host) => _resellers.ByHost.GetValueOrDefault(host.TrimEnd('.').ToLowerInvariant());

    /// <summary>Any reseller's look of this version: the same version is the same look.</summary>
    internal ResellerLook? LookOfVersion(string version) =>
        _resellers.ById.Values.FirstOrDefault(look => look.Version == version);

    private static string VersionOf(string? accent, byte[]? logo)
    {
        byte[] seen = [.. System.Text.Encoding.UTF8.GetBytes(accent ?? ""), .. logo ?? []];
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(seen))[..VersionLength];
    }
}

/// <summary>A reseller's brand, with the version of its colours and logo for their addresses.</summary>
internal sealed record ResellerLook(ResellerBrand Brand, string Version);

/// <summary>All of them.</summary>
internal sealed class ResellerLooks(IReadOnlyList<ResellerLook> looks)
{
    public IReadOnlyDictionary<long, ResellerLook> ById { get; } = looks.ToDictionary(look => look.Brand.CustomerId);

    public IReadOnlyDictionary<string, ResellerLook> ByHost { get; } = looks.Where(look => look.Brand.HostName is not null)
        .ToDictionary(look => look.Brand.HostName!, StringComparer.Ordinal);
}
