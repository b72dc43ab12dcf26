using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// In whose name a page speaks. Who is signed in sees the brand of whoever sells to them, at every host name; strangers see the
/// brand of the host name that they came by, which is the operator's unless it is a reseller's.
/// </summary>
/// <param name="Accent">Null: the product's own colour.</param>
/// <param name="Logo">Null: the product's own mark.</param>
/// <param name="Version">Of colour and logo, for their addresses.</param>
/// <param name="HostName">The reseller's; null for the operator's pages, and resellers without one.</param>
internal sealed record PageBrand(
    string Name, string? Accent, byte[]? Logo, string Version, string? SupportEmail, string? HostName, bool IsResellers)
{
    public static PageBrand Of(HttpContext context)
    {
        var state = context.RequestServices.GetRequiredService<PortalState>();
        var user = context.User;
        var look = user.Identity is not { IsAuthenticated: true } ? state.LookAt(context.Request.Host.Host)
            : user.SellerId is { } seller ? state.LookOfReseller(seller)
            : null;
        return look is { Brand: var brand }
            ? new PageBrand(brand.Name, brand.Accent, brand.Logo, look.Version, brand.SupportEmail, brand.HostName, true)
            : new PageBrand(context.RequestServices.GetRequiredService<PortalOptions>().BrandName, state.Look.Accent,
                state.Look.Logo, state.LookVersion, state.Look.SupportEmail, null, false);
    }
}
