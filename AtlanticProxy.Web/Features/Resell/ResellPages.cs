using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Features.Setup;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.Resell;

internal sealed record ResellPage(ResellerSummary Figures, Page<SoldCustomer> Customers, Listing Listing);

/// <param name="Amount">Of traffic at once; null for none yet.</param>
/// <param name="LastDay">Of it; null as long as the reseller has it.</param>
/// <param name="Floor">A GB, as people write it; null for the reseller's own floor.</param>
internal sealed record InviteCustomerForm(
    string? Email, string? Name, DataSize? Amount, DateOnly? LastDay, bool MayResell, decimal? Floor);

internal sealed record InviteCustomerPage(InviteCustomerForm Form, ResellerSummary Figures);

/// <param name="LastDay">Null: as long as the reseller has it.</param>
internal sealed record SellForm(DataSize? Amount, DateOnly? LastDay);

internal sealed record ProxyUserNameForm(string? ProxyUser);

internal sealed record SoldCustomerPage(
    SoldCustomer Customer, IReadOnlyList<GrantSummary> Grants, Page<ProxyUserSummary> ProxyUsers, ResellerSummary Figures,
    SellForm Form, string? ProxyUser);

/// <param name="Floor">A GB, as people write it.</param>
internal sealed record SubResellerForm(bool MayResell, decimal? Floor);

internal sealed record SubResellerPage(SoldCustomer Customer, ResellerSummary Figures, SubResellerForm Form);

/// <param name="Price">As people write it, for all of the traffic.</param>
internal sealed record PriceForm(DataSize? Amount, decimal? Price);

internal sealed record PricesPage(ResellerSummary Figures, IReadOnlyList<ResaleOffer> Prices, PriceForm Form);

internal sealed record ResellerBrandForm(
    string? BrandName, string? Accent, IFormFile? Logo, bool RemoveLogo, string? SupportEmail, string? HostName)
{
    public static ResellerBrandForm Of(ResellerBrand brand) => new(brand.Name, brand.Accent, null, false, brand.SupportEmail,
        brand.HostName);
}

/// <param name="Name">Where the host name leads; null while there is none, and where certificates are fetched.</param>
/// <param name="Portal">Host name that a DNS record can lead to; null while the portal has none.</param>
/// <param name="Source">Where certificates come from.</param>
/// <param name="IsServed">HTTPS works at the host name.</param>
/// <param name="Certificate">The host name's own, where certificates are fetched; null until that has begun.</param>
internal sealed record ResellerBrandPage(
    ResellerBrandForm Form, ResellerBrand Brand, HostNameReport? Name, string? Portal, CertificateSource Source, bool IsServed,
    NameCertificate? Certificate);
