namespace AtlanticProxy.ControlPlane.Site;

/// <summary>How the portal looks to customers, and what strangers read before they sign up.</summary>
/// <param name="Accent">Colour of buttons and links, <c>#0b6787</c>; null: the product's own.</param>
/// <param name="Logo">PNG or JPEG; null: the product's own mark.</param>
/// <param name="SupportEmail">Whom customers write to; null: not said.</param>
/// <param name="Landing">Whether strangers see a page about the service at the portal's address, and not the sign-in.</param>
/// <param name="Pitch">The sentence on top of it.</param>
/// <param name="About">A paragraph below.</param>
/// <param name="Terms">Terms of service, Markdown; empty: no such page.</param>
/// <param name="Privacy">Privacy notice, Markdown; empty: no such page.</param>
public sealed record SiteLook(
    string? Accent, byte[]? Logo, string? SupportEmail, bool Landing, string Pitch, string About, string Terms, string Privacy)
{
    /// <summary>Bytes: what a mark at twice the size it is shown in needs, many times over.</summary>
    public const int MaxLogoSize = 256 * 1024;

    public const int MaxPitch = 120, MaxAbout = 1000;

    /// <summary>Thirty pages of small print.</summary>
    public const int MaxPaper = 100_000;

    /// <summary>Before anything is set.</summary>
    public static readonly SiteLook Plain = new(null, null, null, false, "", "", "", "");
}
