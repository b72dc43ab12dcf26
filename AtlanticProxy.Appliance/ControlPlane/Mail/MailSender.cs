using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>In whose name mail speaks.</summary>
/// <param name="Portal">Address of the portal; empty while it has no name.</param>
/// <param name="Address">That mail comes from; empty while none is sent.</param>
/// <param name="Name">Beside that address; null: as the mail settings say.</param>
/// <param name="ReplyTo">Whom an answer goes to; null: the address.</param>
public sealed record SenderName(string Brand, string Portal, string Address, string? Name = null, string? ReplyTo = null);

/// <summary>Reads that.</summary>
public sealed class MailSender(AtlanticDb db, SiteQueries site, ConfiguredSite configured)
{
    /// <summary>Of a service that has no name yet.</summary>
    private const string Unnamed = "AtlanticProxy";

    /// <param name="customerId">Whom it is for: a reseller's customers get mail in the reseller's name. Null: anybody.</param>
    public async Task<SenderName> FindAsync(CancellationToken cancellation, long? customerId = null)
    {
        var settings = await site.SettingsAsync(cancellation);
        string? host = configured.HostName ?? settings.HostName;
        string? address = (await db.MailSettings.SingleAsync(cancellation)).SenderAddress;
        var own = new SenderName(configured.BrandName ?? settings.BrandName ?? Unnamed, host is null ? "" : $"https://{host}",
            address ?? "");
        // Asked of nobody too: a mail must not take longer to those who have an account.
        if (await db.SellerBrandOfAsync(customerId ?? 0, cancellation) is not { } seller)
            return own;
        return own with
        {
            Brand = seller.Name, Portal = seller.HostName is { } name ? $"https://{name}" : own.Portal, Name = seller.Name,
            ReplyTo = seller.SupportEmail,
        };
    }
}
