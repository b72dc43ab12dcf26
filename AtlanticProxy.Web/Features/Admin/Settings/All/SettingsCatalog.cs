using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Web.Features.Admin.Settings.All;

/// <summary>
/// All that there is one of and staff can set, by the page that it is set on, with what it does and what it is now.
/// </summary>
internal sealed class SettingsCatalog(
    SiteQueries site, ConfiguredSite configured, StaffSecondFactor factor, MailQueries mail, SellerQueries sellers,
    ReferralQueries referrals, LastChanges changes)
{
    private const string Site = "site", Server = "mail_settings", Seller = "seller", Referral = "referral_settings",
        Brand = "/admin/settings/brand", SignUp = "/admin/settings/sign-up", Staff = "/admin/staff",
        Mail = "/admin/settings/mail/server", Paper = "/admin/settings/invoices",
        SetHost = "setup host NAME --email EMAIL --agree-to-terms", Refer = "/admin/settings/referrals";

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
            new("Name", "What pages, mails and invoices call your service.", Text(name),
                Verbatim(new PortalOptions().BrandName), Brand, (Site, "brand_name"))
            {
                IsConfigured = configured.BrandName is not null,
            },
            new("Colour", "Of buttons and links.", Text(look.Accent), "the default blue", Brand, (Site, "accent")),
            new("Logo", "On every page and in mails.", Whether(look.Logo is not null, Set), "the product's", Brand,
                (Site, "logo")),
            new("Support address", "At the bottom of public pages, and in mails.", Text(look.SupportEmail), None, Brand,
                (Site, "support_email")),
            new("Landing page", "What visitors see before they sign in, with your plans.", Whether(look.Landing, On), Off, Brand,
                (Site, "landing")),
            new("Headline", "Of the landing page.", Text(look.Pitch), None, Brand, (Site, "pitch")),
            new("About your service", "On the landing page.", Text(look.About), None, Brand, (Site, "about")),
            new("Terms of service", "A page of yours, in Markdown.", Whether(look.Terms.Length > 0, Set), "no page", Brand,
                (Site, "terms")),
            new("Privacy", "A page of yours, in Markdown.", Whether(look.Privacy.Length > 0, Set), "no page", Brand,
                (Site, "privacy")),
        ];
    }

    private async Task<SettingRow[]> HostAsync(CancellationToken cancellation)
    {
        var settings = await site.SettingsAsync(cancellation);
        return
        [
            new("Host name", "Where people reach the portal, and where links in mails lead.",
                Text(configured.HostName ?? settings.HostName), None, null, (Site, "host_name"))
            {
                Command = SetHost, IsConfigured = configured.HostName is not null,
            },
            new("Automatic certificate", "Fetched and renewed by ACME, for the account of this address.",
                configured.HasCertificate ? Set : Text(settings.AcmeEmail), "none: the portal is served by HTTP", null,
                (Site, "acme_email"))
            {
                Command = SetHost, IsConfigured = configured.HasCertificate,
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
                SignUpMode.Off => null,
            }, Off, SignUp, (Site, "sign_up")),
            new("Plan", "Of who signs up.", Text(settings.PlanName), None, SignUp, (Site, "sign_up_plan_id")),
            new("Terms to agree to", "Address of terms that everybody agrees to before signing up.", Text(settings.TermsUrl),
                None, SignUp, (Site, "terms_url")),
        ];
    }

    private async Task<SettingRow[]> StaffAsync(CancellationToken cancellation) =>
    [
        new("Second factor", "Whether your own people need one.",
            Whether(await factor.IsRequiredAsync(cancellation), "required"), "optional", Staff,
            (Site, "staff_second_factor_since")),
    ];

    private async Task<SettingRow[]> MailAsync(CancellationToken cancellation)
    {
        var settings = await mail.SettingsAsync(cancellation);
        return
        [
            new("Server", "That mail is sent through.", Text(settings.Host), "none: no mail is sent", Mail, (Server, "host")),
            new("Port", "Of the mail server.", Text($"{settings.Port}"), Verbatim("587"), Mail, (Server, "port")),
            new("Security", "How the way to the server is encrypted.", settings.Security switch
            {
                MailSecurity.None => (Phrase)"none",
                MailSecurity.StartTls => Verbatim("STARTTLS"),
                MailSecurity.Tls => Verbatim("TLS"),
            }, Verbatim("STARTTLS"), Mail, (Server, "security")),
            new("Username", "With which the appliance signs in to the server.", Text(settings.Username), None, Mail,
                (Server, "username")),
            new("Sender", "Address that mail comes from.", Text(settings.SenderAddress), None, Mail,
                (Server, "sender_address")),
            new("Sender's name", "Beside that address.", Text(settings.SenderName), "the brand", Mail, (Server, "sender_name")),
        ];
    }

    private async Task<SettingRow[]> SellerAsync(CancellationToken cancellation)
    {
        var seller = await sellers.SettingsAsync(cancellation);
        int rates = (await sellers.TaxRatesAsync(cancellation)).Count;
        bool hasLogo = await sellers.LogoAsync(cancellation) is not null;
        return
        [
            new("Company", "Who sells, as invoices say it.", Text(seller.Company), "the brand", Paper, (Seller, "company")),
            new("Street address", "On invoices.", Text(seller.StreetAddress), None, Paper, (Seller, "street_address")),
            new("Country", "Decides which tax is due.", Text(seller.Country), None, Paper, (Seller, "country")),
            new("VAT number", "Without, no tax is on any invoice.", Text(seller.VatId), None, Paper, (Seller, "vat_id")),
            new("Prices include tax", "Whether what you sell is priced with tax in it.",
                Whether(seller.PricesIncludeTax, "yes"), "no", Paper, (Seller, "prices_include_tax")),
            new("Days to pay", "From an invoice's date until it is due.", Text($"{seller.PaymentDays}"),
                Verbatim($"{SellerSettings.DefaultPaymentDays}"), Paper, (Seller, "payment_days")),
            new("Footer", "At the bottom of invoices.", Text(seller.Footer), None, Paper, (Seller, "footer")),
            new("Logo of invoices", "At the top of invoices.", Whether(hasLogo, Set), None, Paper, (Seller, "logo")),
            new("Tax rates", "Of each country.", Phrase.Plural(rates, $"{rates} country", $"{rates} countries"),
                "standard rates of Europe", Paper, ("tax_rates", "")),
        ];
    }

    private async Task<SettingRow[]> ReferralsAsync(CancellationToken cancellation)
    {
        var settings = await referrals.SettingsAsync(cancellation);
        var standard = new ReferralSettings(Enabled: false);
        return
        [
            new("Referrals", "Whether customers earn from customers that they bring.", Whether(settings.Enabled, On), Off,
                Refer, (Referral, "enabled")),
            new("Commission", "Of what a referred customer pays, without tax.", Text($"{settings.Percent:0.##} %"),
                Verbatim($"{standard.Percent:0.##} %"), Refer, (Referral, "basis_points")),
            new("Clearing", "Days from the payment until the commission is given.", Text($"{settings.ClearingDays}"),
                Verbatim($"{standard.ClearingDays}"), Refer, (Referral, "clearing_days")),
        ];
    }

    private static Phrase Verbatim(string value) => Phrase.Verbatim(value);

    private static Phrase? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : Phrase.Verbatim(value);

    private static Phrase? Whether(bool isSo, Phrase words) => isSo ? words : null;
}
