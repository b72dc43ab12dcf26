using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>Lets tools in by the token of a link, not too often, while the proxy user is served.</summary>
internal sealed class ListGate(ListEntrance entrance, TokenThrottle wrong, ApiLimits limits)
{
    /// <summary>Whose link it is; or null, with the status and the sentence to answer.</summary>
    public async Task<(ListHolder? Holder, int Status, string Words)> AdmitAsync(
        HttpContext context, string token, CancellationToken cancellation)
    {
        if (await entrance.EnterAsync(token, cancellation) is not { } holder)
            return RefuseStranger(context);
        if (!limits.TryTake($"list {holder.TokenId}", context.Response.Headers))
            return (null, StatusCodes.Status429TooManyRequests,
                "Too many requests with this link. Wait for Retry-After seconds.");
        return RefusalOf(holder.Standing) is { } refusal
            ? (null, StatusCodes.Status403Forbidden, refusal)
            : (holder, StatusCodes.Status200OK, "");
    }

    private (ListHolder?, int, string) RefuseStranger(HttpContext context)
    {
        if (wrong.CountFailure(context.Connection.RemoteIpAddress) is not { } wait)
            return (null, StatusCodes.Status404NotFound, "Not found.");
        context.Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
        return (null, StatusCodes.Status429TooManyRequests, "Too many requests. Wait for Retry-After seconds.");
    }

    private static string? RefusalOf(Standing standing) => standing switch
    {
        Standing.Served or Standing.Slowed => null,
        Standing.Suspended => "This account is suspended. Ask your provider.",
        Standing.SellerStopped => "Your provider's service has stopped. Ask your provider.",
        Standing.SubscriptionEnded => "The plan of this account has ended. Choose one in the portal.",
        Standing.QuotaExhausted => "Traffic is used up until the plan renews, or you top up in the portal.",
        Standing.BalanceExhausted => "The wallet is empty. Top up in the portal.",
        Standing.Disabled => "This proxy user is disabled.",
    };
}
