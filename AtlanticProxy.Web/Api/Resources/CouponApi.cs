using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Value">Hundredths of a percent, minor units, or bytes, as the kind says.</param>
/// <param name="Currency">Of amounts only.</param>
/// <param name="ValidUntil">Null: no end.</param>
/// <param name="MaxRedemptions">By all customers together; null: any number.</param>
/// <param name="Enabled">Whether it can be used.</param>
/// <param name="Used">How often it was paid with.</param>
/// <param name="Reserved">How many open orders have it.</param>
internal sealed record CouponBody(
    PublicId<OfCoupon> Id, string Code, CouponKind Kind, long Value, string? Currency, DateTimeOffset ValidFrom,
    DateTimeOffset? ValidUntil, int? MaxRedemptions, int MaxPerCustomer, bool FirstPurchaseOnly, bool Enabled, int Used,
    int Reserved) : IExample<CouponBody>
{
    public static CouponBody Example => new(
        new(1), "SPRING", CouponKind.Percent, 2000, null, ExampleTime.Noon, null, 100, 1,
        true, true, 12, 1);

    public static CouponBody Of(CouponSummary one) => new(
        new(one.Id), one.Code, one.Kind, one.Value, one.Currency, one.ValidFrom, one.ValidUntil, one.MaxRedemptions,
        one.MaxPerCustomer, one.FirstPurchaseOnly, one.Enabled, one.Used, one.Reserved);
}

/// <summary>Coupons, for staff who may see prices.</summary>
internal static class CouponApi
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/coupons", ListAsync).Needs(TokenScope.PlansRead)
        .RequireAuthorization(Policies.Of(Area.Prices, Access.Read)).WithTags("Coupons").WithName("listCoupons")
        .WithSummary("List coupons").Produces<ListBody<CouponBody>>();

    private static async Task<IResult> ListAsync(
        CouponQueries queries, CancellationToken cancellation, int? limit = null, string? cursor = null, string? code = null)
    {
        var paging = Paging.Of("coupons", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        var found = await queries.AfterAsync(paging.After, paging.Limit, code, cancellation);
        return Results.Ok(Paging.Body("coupons", found, CouponBody.Of, one => one.Id));
    }
}
