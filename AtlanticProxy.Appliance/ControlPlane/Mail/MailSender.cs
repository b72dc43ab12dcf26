using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>In whose name mail speaks.</summary>
/// <param name="Portal">Address of the portal; empty while it has no name.</param>
/// <param name="Address">That mail comes from; empty while none is sent.</param>
public sealed record SenderName(string Brand, string Portal, string Address);

/// <summary>Reads that.</summary>
public sealed class MailSender(AtlanticDb db, SiteQueries site, ConfiguredSite configured)
{
    /// <summary>Of a service that has no name yet.</summary>
    private const string Unnamed = "AtlanticProxy";

    public async Task<SenderName> FindAsync(CancellationToken cancellation)
    {
        var settings = await site.SettingsAsync(cancellation);
        string? host = configured.HostName ?? settings.HostName;
        string? address = (await db.MailSettings.SingleAsync(cancellation)).SenderAddress;
        return new SenderName(configured.BrandName ?? settings.BrandName ?? Unnamed, host is null ? "" : $"https://{host}",
            address ?? "");
    }
}
