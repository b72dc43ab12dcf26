using System.Text.Json.Serialization;
using AtlanticProxy.ControlPlane.Customers;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>What is stored about the service itself. Null: not set here.</summary>
/// <param name="HostName">Name that people reach the portal by.</param>
/// <param name="AcmeEmail">Of the account with the ACME authority, whose terms were agreed to; null: no certificate is asked
/// for.</param>
public sealed record SiteSettings(string? BrandName, string? HostName, string? AcmeEmail)
{
    public const int MaxBrandNameLength = 40;

    public const string HostNameRule =
        "Give a host name such as proxy.example.com (names outside ASCII in their xn-- form).";

    /// <summary>Of a service of which nothing is known yet.</summary>
    public static readonly SiteSettings None = new(null, null, null);

    public static bool IsBrandName(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= MaxBrandNameLength && !text.Any(char.IsControl);

    public static bool IsHostName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns && text.All(char.IsAscii);

    /// <summary>Whether all of it may be stored: a copy on disk may have been touched.</summary>
    [JsonIgnore]
    public bool IsValid =>
        (BrandName is null || IsBrandName(BrandName)) && (HostName is null || IsHostName(HostName))
        && (AcmeEmail is null || (HostName is not null && EmailAddress.Normalise(AcmeEmail) == AcmeEmail));
}

/// <summary>What the configuration (file, environment, flags) says of the same: it wins. Null: nothing.</summary>
/// <param name="HasCertificate">It gives a certificate, or says how one is had.</param>
public sealed record ConfiguredSite(string? BrandName, string? HostName, bool HasCertificate)
{
    public static readonly ConfiguredSite Nothing = new(null, null, false);
}
