using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Decodo;

/// <summary>An address that needs no password. When it was added is not kept here.</summary>
internal sealed record DecodoAddress(long Id, string Ip, bool Enabled, string? CreatedAt);

/// <summary>An account's subscription, and addresses of its first proxy user that need no password.</summary>
internal sealed class DecodoAccount(
    CompatProxyUsers proxyUsers, SubscriptionQueries subscriptions, AccountUsage usage, CompatOptions options)
{
    /// <summary>What runs now. Amounts are text, as there.</summary>
    /// <param name="isFirst">Version 1, which has one object and other names.</param>
    public async Task<IResult> SubscriptionsAsync(bool isFirst, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (await subscriptions.RunningAsync(user.Scope, user.CustomerId, cancellation) is not { } running)
            return CompatJson.Answer(isFirst ? new object() : Array.Empty<object>());
        var unit = new GigabyteUnit(options.Decodo.BytesPerGb);
        var period = await usage.ReadAsync(user, cancellation);
        string used = Text(unit.Of(period.Shares.Values.Sum(share => share.Bytes)));
        var body = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["traffic_limit"] = running.Terms.IncludedBytes is { } bytes ? Text(unit.Of(bytes)) : null,
            [isFirst ? "traffic_per_period" : "traffic"] = used,
            [isFirst ? "users_limit" : "proxy_users_limit"] = running.Terms.Seats + running.ExtraSeats,
            ["ip_address_limit"] = ProxyUserLimits.MaxAllowedSources,
            ["valid_from"] = VendorClock.Utc.Day(running.PeriodStart),
            ["valid_until"] = VendorClock.Utc.Day(running.PeriodEnd),
            ["service_type"] = DecodoSubusers.Residential,
        };
        return CompatJson.Answer(isFirst ? body : new[] { body });
    }

    public async Task<IResult> AddressesAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        CompatJson.Answer(await proxyUsers.FirstAsync(user, cancellation) is { } first
            ? AllowedNetwork.Of(first).Select(one => new DecodoAddress(one.Id, one.Text, Enabled: true, CreatedAt: null)).ToList()
            : []);

    /// <summary>Takes both names of the field: clients of version 1 and 2 differ.</summary>
    public async Task<IResult> AddAddressesAsync(CompatBody body, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var ips = body.Texts("IPAddressList") ?? body.Texts("ips");
        if (ips is null or [])
            body.Refuse("ips", "The ips are required.");
        if (body.Refusal is { } refusal)
            return refusal;
        return await ChangeAsync(user, was => was with
        {
            AllowedSources = [.. was.AllowedSources ?? [], .. ips!],
        }, CompatJson.Answer(new { }, StatusCodes.Status201Created), cancellation);
    }

    public async Task<IResult> RemoveAddressAsync(long id, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (await proxyUsers.FirstAsync(user, cancellation) is not { } first || AllowedNetwork.Find(first, id) is not { } network)
            return new ApiProblem(StatusCodes.Status404NotFound,
                new ApiError("compat.address_unknown", "There is no such address."));
        return await ChangeAsync(user, was => was with
        {
            AllowedSources = [.. (was.AllowedSources ?? []).Where(source => source != network.Source)],
        }, Results.NoContent(), cancellation);
    }

    private async Task<IResult> ChangeAsync(
        ClaimsPrincipal user, Func<ProxyUserLimits, ProxyUserLimits> limits, IResult done, CancellationToken cancellation)
    {
        if (await proxyUsers.FirstAsync(user, cancellation) is not { } first)
            return new ApiProblem(StatusCodes.Status404NotFound,
                new ApiError("proxy_user.none", "There is no proxy user yet: create a sub-user first."));
        var changed = await proxyUsers.ChangeAsync(user, first, limits, secret: null, enabled: null, cancellation);
        return changed.IsSuccess ? done : ApiProblem.Of(changed);
    }

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
