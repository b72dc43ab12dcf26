using System.Globalization;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.Oxylabs;

/// <summary>A proxy user. Traffic and its limit are GB, of the running period.</summary>
/// <param name="Status"><c>active</c> or <c>disabled</c>.</param>
/// <param name="AutoDisable">Always: at its limit, a proxy user is refused.</param>
/// <param name="Lifetime">Never: limits begin anew with each period.</param>
internal sealed record OxylabsSubuser(
    long Id, string Username, string Status, string CreatedAt, decimal Traffic, decimal? TrafficLimit, bool AutoDisable,
    bool Lifetime);

/// <summary>Sub-users: our proxy users.</summary>
internal sealed class OxylabsSubusers(CompatProxyUsers proxyUsers, AccountUsage usage, CompatOptions options)
{
    private const string Active = "active", Disabled = "disabled";

    private GigabyteUnit Unit => new(options.Oxylabs.BytesPerGb);

    /// <summary>The active ones, as there.</summary>
    public async Task<IResult> ListAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        var period = await usage.ReadAsync(user, cancellation);
        return CompatJson.Answer((await proxyUsers.AllAsync(user, cancellation)).Where(one => one.Enabled)
            .Select(one => BodyOf(one, period)).ToList());
    }

    public async Task<IResult> CreateAsync(
        CompatBody body, ClaimsPrincipal user, CreateProxyUser create, CancellationToken cancellation)
    {
        string? name = Required(body, "username"), secret = Required(body, "password");
        long? limit = Read(body);
        if (body.Refusal is { } refusal)
            return refusal;
        var made = await create.ExecuteAsync(new(user.Scope, user.CustomerId, name!,
            new ProxyUserLimits(LimitBytes: limit), secret), cancellation);
        return made.IsSuccess
            ? await ShowAsync(made.Value.ProxyUserId, user, StatusCodes.Status201Created, cancellation)
            : ApiProblem.Of(made);
    }

    public async Task<IResult> ChangeAsync(long id, CompatBody body, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var present = await proxyUsers.FindAsync(user, id, cancellation);
        if (!present.IsSuccess)
            return ApiProblem.Of(present);
        long? limit = Read(body);
        string? secret = body.Text("password"), status = body.Text("status");
        if (status is not (null or Active or Disabled))
            body.Refuse("status", $"must be {Active} or {Disabled}.");
        if (body.Refusal is { } refusal)
            return refusal;
        var changed = await proxyUsers.ChangeAsync(user, present.Value,
            body.Has("traffic_limit") ? was => was with { LimitBytes = limit } : null, secret,
            status is null ? null : status == Active, cancellation);
        return changed.IsSuccess
            ? await ShowAsync(id, user, StatusCodes.Status200OK, cancellation)
            : ApiProblem.Of(changed);
    }

    private async Task<IResult> ShowAsync(long id, ClaimsPrincipal user, int status, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(user, id, cancellation);
        return found.IsSuccess
            ? CompatJson.Answer(BodyOf(found.Value, await usage.ReadAsync(user, cancellation)), status)
            : ApiProblem.Of(found);
    }

    /// <summary>The limit, after noting what there is not here.</summary>
    private long? Read(CompatBody body)
    {
        long? limit = body.Gigabytes("traffic_limit", Unit);
        if (limit == 0)
            body.Refuse("traffic_limit", "0 is no limit that there can be here: set status to disabled.");
        if (body.Flag("lifetime") == true)
            body.Refuse("lifetime", "Limits begin anew with each period of the plan here.");
        if (body.Flag("auto_disable") == false && limit is not null)
            body.Refuse("auto_disable", "A proxy user is always refused at its limit here.");
        return limit;
    }

    private static string? Required(CompatBody body, string field)
    {
        if (body.Raw(field) is null)
            body.Refuse(field, "is required.");
        return body.Text(field);
    }

    private OxylabsSubuser BodyOf(ProxyUserSummary one, AccountPeriod period) => new(
        one.Id, one.Name, one.Enabled ? Active : Disabled,
        one.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        Unit.Of(period.BytesOf(one.Id)), one.LimitBytes is { } limit ? Unit.Of(limit) : null, AutoDisable: true,
        Lifetime: false);
}
