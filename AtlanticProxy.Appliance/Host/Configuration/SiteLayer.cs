using System.Text.Json;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Host.Serving;
using Microsoft.Extensions.Configuration;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// What the database says of the site, as the lowest layer of the settings. It is read from a copy in the data directory, which
/// <see cref="SiteKeeping"/> writes: the appliance starts without its database, too.
/// </summary>
internal static class SiteLayer
{
    private const string BrandName = "Portal:BrandName", HostName = "Portal:HostName", CertificateFile = "Portal:CertificateFile",
        AcmeEmail = "Acme:Email", AgreeToTerms = "Acme:AgreeToTerms";

    /// <summary>Settings that have an appliance do without the certificate that the database asks for.</summary>
    public static readonly IReadOnlyList<(string Name, string? Value)> WithoutCertificate =
        [(AgreeToTerms, bool.FalseString), (AcmeEmail, "")];

    public static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "site.json");

    /// <summary>The copy; nothing where there is none, or none that can be used: the database has what was in it.</summary>
    public static SiteSettings Read(string file)
    {
        try
        {
            var site = JsonSerializer.Deserialize<SiteSettings>(File.ReadAllBytes(file), JsonSerializerOptions.Web);
            return site is { IsValid: true } ? site : SiteSettings.None;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or JsonException)
        {
            return SiteSettings.None;
        }
    }

    public static void Write(string file, SiteSettings site) =>
        PrivateFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(site, JsonSerializerOptions.Web));

    /// <summary>The settings that <paramref name="site"/> stands for, beneath <paramref name="above"/>.</summary>
    public static IReadOnlyDictionary<string, string?> Of(SiteSettings site, IConfiguration above)
    {
        var layer = new Dictionary<string, string?>();
        if (site.BrandName is { } brand)
            layer[BrandName] = brand;
        if (site.HostName is { } host)
            layer[HostName] = host;
        // Whole or not at all: half of it beside what the configuration says would be settings that contradict each other.
        if (site.AcmeEmail is { } email && above[CertificateFile] is null or "" && above[AcmeEmail] is null
            && above[AgreeToTerms] is null)
            (layer[AcmeEmail], layer[AgreeToTerms]) = (email, bool.TrueString);
        return layer;
    }

    /// <summary>What the configuration says itself.</summary>
    public static ConfiguredSite ConfiguredIn(IConfiguration above) => new(
        above[BrandName], above[HostName] is { Length: > 0 } host ? host : null,
        above[CertificateFile] is { Length: > 0 } || (bool.TryParse(above[AgreeToTerms], out bool agrees) && agrees));
}
