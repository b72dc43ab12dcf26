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
            new("Name", "The name of your service on pages, emails and invoices.", Text(name),
                Verbatim(new PortalOptions().BrandName), Brand, (Site, "brand_name"))
            {
                IsConfigured = configured.BrandName is not null,
            },
            new("Colour", "Used for buttons and links.", Text(look.Accent), "the default blue", Brand, (Site, "accent")),
            new("Logo", "Shown on every page and in emails.", Whether(look.Logo is not null, Set), "the product's", Brand,
                (Site, "logo")),
            new("Support address", "Shown at the bottom of public pages and in emails.", Text(look.SupportEmail), None, Brand,
                (Site, "support_email")),
            new("Landing page", "What visitors see before they sign in, with your plans.", Whether(look.Landing, On), Off, Brand,
                (Site, "landing")),
            new("Headline", "The title of the landing page.", Text(look.Pitch), None, Brand, (Site, "pitch")),
            new("About your service", "The text of the landing page.", Text(look.About), None, Brand, (Site, "about")),
            new("Terms of service", "A page that you write in Markdown.", Whether(look.Terms.Length > 0, Set), "no page", Brand,
                (Site, "terms")),
            new("Privacy", "A page that you write in Markdown.", Whether(look.Privacy.Length > 0, Set), "no page", Brand,
                (Site, "privacy")),
        ];
    }

    private async Task<SettingRow[]> HostAsync(CancellationToken cancellation)
    {
        var settings = await site.SettingsAsync(cancellation);
        return
        [
            new("Host name", "The address of the portal, used for links in emails.",
                Text(configured.HostName ?? settings.HostName), None, null, (Site, "host_name"))
            {
                Command = SetHost, IsConfigured = configured.HostName is not null,
            },
            new("Automatic certificate", "Issued and renewed through ACME for this account.",
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
            new("Who may sign up", "Everyone, people that you invite, or no one.", settings.Mode switch
            {
                SignUpMode.On => (Phrase?)"anybody",
                SignUpMode.Invitation => "people that you invite",
                SignUpMode.Off => null,
            }, Off, SignUp, (Site, "sign_up")),
            new("Plan", "The plan that new customers get.", Text(settings.PlanName), None, SignUp, (Site, "sign_up_plan_id")),
            new("Terms to agree to", "The terms that people must accept before they sign up.", Text(settings.TermsUrl),
                None, SignUp, (Site, "terms_url")),
        ];
    }

    private async Task<SettingRow[]> StaffAsync(CancellationToken cancellation) =>
    [
        new("Second factor", "Whether staff must use one to sign in.",
            Whether(await factor.IsRequiredAsync(cancellation), "required"), "optional", Staff,
            (Site, "staff_second_factor_since")),
    ];

    private async Task<SettingRow[]> MailAsync(CancellationToken cancellation)
    {
        var settings = await mail.SettingsAsync(cancellation);
        return
        [
            new("Server", "The server that sends your email.", Text(settings.Host), "none: no email is sent", Mail,
                (Server, "host")),
            new("Port", "The port of the mail server.", Text($"{settings.Port}"), Verbatim("587"), Mail, (Server, "port")),
            new("Security", "How the connection to the server is encrypted.", settings.Security switch
            {
                MailSecurity.None => (Phrase)"none",
                MailSecurity.StartTls => Verbatim("STARTTLS"),
                MailSecurity.Tls => Verbatim("TLS"),
            }, Verbatim("STARTTLS"), Mail, (Server, "security")),
            new("Username", "Used to sign in to the mail server.", Text(settings.Username), None, Mail,
                (Server, "username")),
            new("Sender", "The address that email is sent from.", Text(settings.SenderAddress), None, Mail,
                (Server, "sender_address")),
            new("Sender's name", "The name shown with that address.", Text(settings.SenderName), "the brand", Mail,
                (Server, "sender_name")),
        ];
    }

    private async Task<SettingRow[]> SellerAsync(CancellationToken cancellation)
    {
        var seller = await sellers.SettingsAsync(cancellation);
        int rates = (await sellers.TaxRatesAsync(cancellation)).Count;
        bool hasLogo = await sellers.LogoAsync(cancellation) is not null;
        return
        [
            new("Company", "The seller on your invoices.", Text(seller.Company), "the brand", Paper, (Seller, "company")),
            new("Street address", "Shown on invoices.", Text(seller.StreetAddress), None, Paper, (Seller, "street_address")),
            new("Country", "Determines which tax applies.", Text(seller.Country), None, Paper, (Seller, "country")),
            new("VAT number", "Without a number, invoices have no tax.", Text(seller.VatId), None, Paper, (Seller, "vat_id")),
            new("Prices include tax", "Whether your prices include tax.",
                Whether(seller.PricesIncludeTax, "yes"), "no", Paper, (Seller, "prices_include_tax")),
            new("Days to pay", "From an invoice's date until it is due.", Text($"{seller.PaymentDays}"),
                Verbatim($"{SellerSettings.DefaultPaymentDays}"), Paper, (Seller, "payment_days")),
            new("Footer", "Shown at the bottom of invoices.", Text(seller.Footer), None, Paper, (Seller, "footer")),
            new("Logo of invoices", "Shown at the top of invoices.", Whether(hasLogo, Set), None, Paper, (Seller, "logo")),
            new("Tax rates", "The tax rate for each country.", Phrase.Plural(rates, $"{rates} country", $"{rates} countries"),
                "standard rates of Europe", Paper, ("tax_rates", "")),
        ];
    }

    private async Task<SettingRow[]> ReferralsAsync(CancellationToken cancellation)
    {
        var settings = await referrals.SettingsAsync(cancellation);
        var standard = new ReferralSettings(Enabled: false);
        return
        [
            new("Referrals", "Whether customers earn a commission on the customers they refer.",
                Whether(settings.Enabled, On), Off, Refer, (Referral, "enabled")),
            new("Commission", "The share of what a referred customer pays, excluding tax.", Text($"{settings.Percent:0.##} %"),
                Verbatim($"{standard.Percent:0.##} %"), Refer, (Referral, "basis_points")),
            new("Clearing", "Days between a payment and its commission.", Text($"{settings.ClearingDays}"),
                Verbatim($"{standard.ClearingDays}"), Refer, (Referral, "clearing_days")),
        ];
    }

    private static Phrase Verbatim(string value) => Phrase.Verbatim(value);

    private static Phrase? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : Phrase.Verbatim(value);

    private static Phrase? Whether(bool isSo, Phrase words) => isSo ? words : null;
}
