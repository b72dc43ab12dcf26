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
        string? name = body.Required("username", "is required."), secret = body.Required("password", "is required.");
        long? limit = Read(body).LimitBytes;
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
        var asked = Read(body);
        if (body.Refusal is { } refusal)
            return refusal;
        var changed = await proxyUsers.ChangeAsync(user, present.Value, asked, cancellation);
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

    private LimitedSubuser Read(CompatBody body)
    {
        if (body.Flag("lifetime") == true)
            body.Refuse("lifetime", "Limits reset with each billing period. Lifetime limits are not supported.");
        return LimitedSubuser.Read(
            body, Unit, $"must be {LimitedSubuser.Active} or {LimitedSubuser.Disabled}.");
    }

    private OxylabsSubuser BodyOf(ProxyUserSummary one, AccountPeriod period) => new(
        one.Id, one.Name, LimitedSubuser.StatusOf(one.Enabled),
        one.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        Unit.Of(period.BytesOf(one.Id)), one.LimitBytes is { } limit ? Unit.Of(limit) : null, AutoDisable: true,
        Lifetime: false);
}
