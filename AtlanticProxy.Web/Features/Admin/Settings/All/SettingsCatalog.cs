using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.All;

/// <summary>All that there is one of and staff can set, by the page that it is set on, with what it does and what it is now.</summary>
internal sealed class SettingsCatalog(
    SiteQueries site, ConfiguredSite configured, StaffSecondFactor factor, MailQueries mail, SellerQueries sellers,
    ReferralQueries referrals, LastChanges changes)
{
    private const string Site = "site", Server = "mail_settings", Seller = "seller", Referral = "referral_settings",
        Brand = "/admin/settings/brand", SignUp = "/admin/settings/sign-up", Staff = "/admin/staff",
        Mail = "/admin/settings/mail/server", Paper = "/admin/settings/invoices", Host = "setup host NAME --email EMAIL --agree-to-terms",
        Refer = "/admin/settings/referrals";

    private static readonly Phrase None = "none", Off = "off", On = "on", Set = "set";

    /// <summary>Each with who changed it last.</summary>
    public async Task<IReadOnlyList<SettingSection>> ReadAsync(CancellationToken cancellation)
    {
        var last = (await changes.OfAsync([Site, Server, Seller, Referral], cancellation))
            .ToDictionary(change => (change.Object, change.Column));
        SettingSection[] sections =
        [
            new("brand", "Brand", await BrandAsync(cancellation)),
            new("host", "Host name and certificate", await HostAsync(cancellation)),
            new("sign-up", "Sign-up", await SignUpAsync(cancellation)),
            new("staff", "Staff", await StaffAsync(cancellation), IsOfOwners: true),
            new("mail", "Mail server", await MailAsync(cancellation), IsOfOwners: true),
            new("seller", "Seller and taxes", await SellerAsync(cancellation)),
            new("referrals", "Referrals", await ReferralsAsync(cancellation)),
        ];
        return [.. sections.Select(section => section with { Rows = [.. section.Rows.Select(row =>
            row with { Changed = last.GetValueOrDefault(row.Kept) })] })];
    }

    private async Task<SettingRow[]> BrandAsync(CancellationToken cancellation)
    {
        var look = await site.LookAsync(cancellation);
        string? name = configured.BrandName ?? (await site.SettingsAsync(cancellation)).BrandName;
        return
        [
            new("Name", "What pages, mails and invoices call your service.", Text(name), Text(new PortalOptions().BrandName)!, Brand)
            {
                Kept = (Site, "brand_name"), IsConfigured = configured.BrandName is not null,
            },
            new("Colour", "Of buttons and links.", Text(look.Accent), "the default blue", Brand) { Kept = (Site, "accent") },
            new("Logo", "On every page and in mails.", look.Logo is null ? null : Set, "the product's", Brand)
            {
                Kept = (Site, "logo"),
            },
            new("Support address", "At the bottom of public pages, and in mails.", Text(look.SupportEmail), None, Brand)
            {
                Kept = (Site, "support_email"),
            },
            new("Landing page", "What visitors see before they sign in, with your plans.", look.Landing ? On : null, Off, Brand)
            {
                Kept = (Site, "landing"),
            },
            new("Headline", "Of the landing page.", Text(look.Pitch), None, Brand) { Kept = (Site, "pitch") },
            new("About your service", "On the landing page.", Text(look.About), None, Brand) { Kept = (Site, "about") },
            new("Terms of service", "A page of yours, in Markdown.", look.Terms.Length > 0 ? Set : null, "no page", Brand)
            {
                Kept = (Site, "terms"),
            },
            new("Privacy", "A page of yours, in Markdown.", look.Privacy.Length > 0 ? Set : null, "no page", Brand)
            {
                Kept = (Site, "privacy"),
            },
        ];
    }

    private async Task<SettingRow[]> HostAsync(CancellationToken cancellation)
    {
        var settings = await site.SettingsAsync(cancellation);
        return
        [
            new("Host name", "Where people reach the portal, and where links in mails lead.",
                Text(configured.HostName ?? settings.HostName), None, null)
            {
                Kept = (Site, "host_name"), Command = Host, IsConfigured = configured.HostName is not null,
            },
            new("Automatic certificate", "Fetched and renewed by ACME, for the account of this address.",
                configured.HasCertificate ? Set : Text(settings.AcmeEmail), "none: the portal is served by HTTP", null)
            {
                Kept = (Site, "acme_email"), Command = Host, IsConfigured = configured.HasCertificate,
            },
        ];
    }

    private async Task<SettingRow[]> SignUpAsync(CancellationToken cancellation)
    {
        var settings = await site.SignUpAsync(cancellation);
        return
        [
            new("Who may sign up", "Anybody, whom you invite, or nobody.", settings.Mode switch
            {
                SignUpMode.On => (Phrase?)"anybody",
                SignUpMode.Invitation => "whom you invite",
                _ => (Phrase?)null,
            }, Off, SignUp) { Kept = (Site, "sign_up") },
            new("Plan", "Of who signs up.", Text(settings.PlanName), None, SignUp) { Kept = (Site, "sign_up_plan_id") },
            new("Terms to agree to", "Address of terms that everybody agrees to before signing up.", Text(settings.TermsUrl), None,
                SignUp) { Kept = (Site, "terms_url") },
        ];
    }

    private async Task<SettingRow[]> StaffAsync(CancellationToken cancellation) =>
    [
        new("Second factor", "Whether your own people need one.", await factor.IsRequiredAsync(cancellation) ? (Phrase)"required" : null,
            "optional", Staff) { Kept = (Site, "staff_second_factor_since") },
    ];

    private async Task<SettingRow[]> MailAsync(CancellationToken cancellation)
    {
        var settings = await mail.SettingsAsync(cancellation);
        return
        [
            new("Server", "That mail is sent through.", Text(settings.Host), "none: no mail is sent", Mail) { Kept = (Server, "host") },
            new("Port", "Of the mail server.", Text($"{settings.Port}"), Text("587")!, Mail) { Kept = (Server, "port") },
            new("Security", "How the way to the server is encrypted.", settings.Security switch
            {
                MailSecurity.None => (Phrase)"none",
                MailSecurity.StartTls => Phrase.Verbatim("STARTTLS"),
                MailSecurity.Tls => Phrase.Verbatim("TLS"),
            }, Text("STARTTLS")!, Mail) { Kept = (Server, "security") },
            new("Username", "With which the appliance signs in to the server.", Text(settings.Username), None, Mail)
            {
                Kept = (Server, "username"),
            },
            new("Sender", "Address that mail comes from.", Text(settings.SenderAddress), None, Mail)
            {
                Kept = (Server, "sender_address"),
            },
            new("Sender's name", "Beside that address.", Text(settings.SenderName), "the brand", Mail)
            {
                Kept = (Server, "sender_name"),
            },
        ];
    }

    private async Task<SettingRow[]> SellerAsync(CancellationToken cancellation)
    {
        var seller = await sellers.SettingsAsync(cancellation);
        var rates = await sellers.TaxRatesAsync(cancellation);
        bool hasLogo = await sellers.LogoAsync(cancellation) is not null;
        return
        [
            new("Company", "Who sells, as invoices say it.", Text(seller.Company), "the brand", Paper) { Kept = (Seller, "company") },
            new("Street address", "On invoices.", Text(seller.StreetAddress), None, Paper) { Kept = (Seller, "street_address") },
            new("Country", "Decides which tax is due.", Text(seller.Country), None, Paper) { Kept = (Seller, "country") },
            new("VAT number", "Without, no tax is on any invoice.", Text(seller.VatId), None, Paper) { Kept = (Seller, "vat_id") },
            new("Prices include tax", "Whether what you sell is priced with tax in it.", seller.PricesIncludeTax ? (Phrase)"yes" : null, "no",
                Paper) { Kept = (Seller, "prices_include_tax") },
            new("Days to pay", "From an invoice's date until it is due.", Text($"{seller.PaymentDays}"), Text("7")!, Paper)
            {
                Kept = (Seller, "payment_days"),
            },
            new("Footer", "At the bottom of invoices.", Text(seller.Footer), None, Paper) { Kept = (Seller, "footer") },
            new("Logo of invoices", "At the top of invoices.", hasLogo ? Set : null, None, Paper) { Kept = (Seller, "logo") },
            new("Tax rates", "Of each country.", Phrase.Plural(rates.Count, $"{rates.Count} country", $"{rates.Count} countries"),
                "standard rates of Europe", Paper),
        ];
    }

    private async Task<SettingRow[]> ReferralsAsync(CancellationToken cancellation)
    {
        var settings = await referrals.SettingsAsync(cancellation);
        return
        [
            new("Referrals", "Whether customers earn from customers that they bring.", settings.Enabled ? On : null, Off, Refer)
            {
                Kept = (Referral, "enabled"),
            },
            new("Commission", "Of what a referred customer pays, without tax.", Text($"{settings.Percent:0.##} %"), Text("20 %")!, Refer)
            {
                Kept = (Referral, "basis_points"),
            },
            new("Clearing", "Days from the payment until the commission is given.", Text($"{settings.ClearingDays}"), Text("30")!, Refer)
            {
                Kept = (Referral, "clearing_days"),
            },
        ];
    }

    private static Phrase? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : Phrase.Verbatim(value);
}
