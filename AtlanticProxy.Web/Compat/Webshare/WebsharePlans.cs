using System.Security.Claims;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>A subscription. What a plan does not have here is null.</summary>
/// <param name="BandwidthLimit">GB a period; 0 is without bound.</param>
/// <param name="MonthlyPrice">In <paramref name="Currency"/>, which Webshare's objects lack: theirs are USD.</param>
internal sealed record WebsharePlan(
    long Id, string Status, decimal BandwidthLimit, decimal? MonthlyPrice, decimal? YearlyPrice, string Currency,
    string? ProxyType, string? ProxySubtype, int? ProxyCount, object? ProxyCountries, string CreatedAt, string? UpdatedAt);

/// <summary>Plans: our subscriptions.</summary>
internal static class WebsharePlans
{
    /// <summary>More than anybody has had.</summary>
    private const int Most = 1000;

    public static async Task<IResult> ListAsync(
        HttpRequest request, ClaimsPrincipal user, SubscriptionQueries queries, CompatOptions options,
        CancellationToken cancellation)
    {
        if (WebsharePage.Of(request) is not { } page)
            return WebsharePage.Invalid;
        var all = (await queries.AfterAsync(user.Scope, after: 0, Most, cancellation, user.CustomerId, state: null)).Items;
        return page.IsBehind(all.Count)
            ? WebsharePage.Invalid
            : CompatJson.Answer(page.List(request, all.Count,
                all.Skip((page.Number - 1) * page.Size).Take(page.Size).Select(one => BodyOf(one, options))));
    }

    public static async Task<IResult> ShowAsync(
        long id, ClaimsPrincipal user, SubscriptionQueries queries, CompatOptions options, CancellationToken cancellation)
    {
        var found = await queries.FindAsync(user.Scope, id, cancellation);
        return found.IsSuccess ? CompatJson.Answer(BodyOf(found.Value, options)) : ApiProblem.Of(found);
    }

    /// <summary>At the period's end; nothing is credited, so there is no transaction to name.</summary>
    public static async Task<IResult> CancelAsync(
        long id, ClaimsPrincipal user, CancelSubscription cancel, CancellationToken cancellation)
    {
        var done = await cancel.ExecuteAsync(new(user.Scope, id, Withdraw: false), cancellation);
        return done.IsSuccess ? CompatJson.Answer(new { success = true, transaction = (long?)null }) : ApiProblem.Of(done);
    }

    private static WebsharePlan BodyOf(SubscriptionSummary one, CompatOptions options)
    {
        decimal price = one.Price / (decimal)Math.Pow(10, Money.DigitsOf(one.Currency));
        int months = one.Terms.PeriodUnit == PeriodUnit.Month ? one.Terms.PeriodLength : 0;
        return new WebsharePlan(
            one.Id, one.State == SubscriptionState.Ended || one.CancelAtEnd ? "cancelled" : "active",
            new GigabyteUnit(options.Webshare.BytesPerGb).Of(one.Terms.IncludedBytes ?? 0) + 0.0m,
            months == 1 ? price : null, months == 12 ? price : null, one.Currency, ProxyType: null, ProxySubtype: null,
            ProxyCount: null, ProxyCountries: null, ApiTime.Of(one.CreatedAt), UpdatedAt: null);
    }
}
