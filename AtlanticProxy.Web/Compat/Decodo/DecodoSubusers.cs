using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Decodo;

/// <summary>A proxy user. Traffic and its limit are of the running period.</summary>
/// <param name="AutoDisable">Always: at its limit, a proxy user is refused.</param>
/// <param name="TrafficCountFrom">When the running period began.</param>
internal sealed record DecodoSubuser(
    long Id, string Username, string Status, string ServiceType, string CreatedAt, decimal Traffic, decimal? TrafficLimit,
    long TrafficBytes, long? TrafficLimitBytes, bool AutoDisable, string TrafficCountFrom, object? UsageLimit, string? Uuid);

/// <summary>Sub-users: our proxy users.</summary>
internal sealed class DecodoSubusers(
    CompatProxyUsers proxyUsers, AccountUsage usage, UsageReports reports, CompatOptions options, TimeProvider time)
{
    public const string Residential = "residential_proxies";

    private GigabyteUnit Unit => new(options.Decodo.BytesPerGb);

    /// <summary>Of another kind of proxies than there is here, none.</summary>
    public async Task<IResult> ListAsync(HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (request.Query["service_type"].ToString() is not ("" or Residential))
            return CompatJson.Answer(Array.Empty<DecodoSubuser>());
        var period = await usage.ReadAsync(user, cancellation);
        return CompatJson.Answer(
            (await proxyUsers.AllAsync(user, cancellation)).Select(one => BodyOf(one, period)).ToList());
    }

    public async Task<IResult> ShowAsync(long id, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user, id, cancellation);
        return found.IsSuccess
            ? CompatJson.Answer(BodyOf(found.Value, await usage.ReadAsync(user, cancellation)))
            : ApiProblem.Of(found);
    }

    /// <summary>Answers an empty object, as there: its id is in the list.</summary>
    public async Task<IResult> CreateAsync(
        CompatBody body, ClaimsPrincipal user, CreateProxyUser create, CancellationToken cancellation)
    {
        string? name = body.Required("username", "The username is required."),
            secret = body.Required("password", "The password is required.");
        if (body.Text("service_type") is not (null or Residential))
            body.Refuse("service_type", $"Only {Residential} are sold here.");
        long? limit = Read(body).LimitBytes;
        if (body.Refusal is { } refusal)
            return refusal;
        var made = await create.ExecuteAsync(new(user.Scope, user.CustomerId, name!,
            new ProxyUserLimits(LimitBytes: limit), secret), cancellation);
        return made.IsSuccess ? Nothing : ApiProblem.Of(made);
    }

    public async Task<IResult> ChangeAsync(
        long id, CompatBody body, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var present = await proxyUsers.FindAsync(user, id, cancellation);
        if (!present.IsSuccess)
            return ApiProblem.Of(present);
        var asked = Read(body);
        if (body.Refusal is { } refusal)
            return refusal;
        var changed = await proxyUsers.ChangeAsync(user, present.Value, asked, cancellation);
        return changed.IsSuccess ? Nothing : ApiProblem.Of(changed);
    }

    /// <summary>Version 1 names the proxy user in the body, by its id or its name.</summary>
    public async Task<IResult> ChangeNamedAsync(
        CompatBody body, ClaimsPrincipal user, ProxyUserQueries queries, CancellationToken cancellation)
    {
        long id = body.Integer("id") ?? 0;
        if (id == 0 && body.Text("username") is { } name
            && await queries.FindByNameAsync(user.Scope, name, cancellation) is { IsSuccess: true } found)
            id = found.Value.Id;
        return await ChangeAsync(id, body, user, cancellation);
    }

    /// <summary>Traffic of a period, in one number.</summary>
    public async Task<IResult> TrafficAsync(
        Result<ProxyUserSummary> found, HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        var now = time.GetUtcNow();
        var clock = VendorClock.Utc;
        var (from, to) = request.Query["type"].ToString() switch
        {
            "24h" => (now.AddHours(-24), now),
            "7days" => (now.AddDays(-7), now),
            "month" or "" => (now.AddDays(-30), now),
            "custom" => (clock.Read(request.Query["from"].ToString())?.At ?? default,
                clock.Read(request.Query["to"].ToString()) is { } end ? end.IsDay ? end.At.AddDays(1) : end.At : default),
            _ => default,
        };
        if (from == default || to == default || from >= to)
            return ApiProblem.Invalid("compat.parameter",
                "The type must be 24h, 7days, month, or custom with from and to such as 2026-03-02.", "type");
        var total = await reports.TotalAsync(new UsageFilter(user.Scope, user.CustomerId, found.Value.Id),
            new UsageSpan(from, to, UsageGrain.Day), cancellation);
        return CompatJson.Answer(new { traffic = Unit.Of(total.Bytes) });
    }

    private static IResult Nothing => CompatJson.Answer(new { }, StatusCodes.Status201Created);

    private LimitedSubuser Read(CompatBody body)
    {
        if (body.Raw("traffic_count_from") is not null)
            body.Refuse("traffic_count_from", "Limits reset with each billing period. Another start is not supported.");
        return LimitedSubuser.Read(
            body, Unit, $"The status must be {LimitedSubuser.Active} or {LimitedSubuser.Disabled}.");
    }

    private DecodoSubuser BodyOf(ProxyUserSummary one, AccountPeriod period) => new(
        one.Id, one.Name, LimitedSubuser.StatusOf(one.Enabled), Residential, Minute(one.CreatedAt),
        Unit.Of(period.BytesOf(one.Id)), one.LimitBytes is { } limit ? Unit.Of(limit) : null, period.BytesOf(one.Id),
        one.LimitBytes, AutoDisable: true, Minute(period.StartOf(one.Id)), UsageLimit: null, Uuid: null);

    private static string Minute(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
