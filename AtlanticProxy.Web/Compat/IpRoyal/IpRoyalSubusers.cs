using System.Security.Claims;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.IpRoyal;

/// <summary>A proxy user with its share of the account's traffic.</summary>
/// <param name="Password">Null: the token may not see passwords.</param>
/// <param name="TrafficAvailable">GB of its share; without a share, of the account; null where nothing bounds that.</param>
/// <param name="TrafficUsed">GB of its share; without a share, of the running period.</param>
internal sealed record IpRoyalSubuser(
    long Id, string Hash, string Username, string? Password, decimal? TrafficAvailable, decimal TrafficUsed);

/// <summary>Sub-users: our proxy users. Traffic is a balance: what one is given, the account has no longer.</summary>
internal sealed class IpRoyalSubusers(
    ProxyUserQueries queries, CompatProxyUsers proxyUsers, AccountUsage usage, QuotaQueries quotas, CompatOptions options)
{
    private GigabyteUnit Unit => new(options.IpRoyal.BytesPerGb);

    public async Task<IResult> AccountAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        var first = await proxyUsers.FirstAsync(user, cancellation);
        var own = await quotas.FindAsync(user.Scope, user.CustomerId, cancellation);
        int count = (await queries.ListAsync(user.Scope, new PageRequest(1, 1), cancellation, user.CustomerId)).Total;
        return CompatJson.Answer(new
        {
            available_traffic = own is { InMinutes: false } ? Unit.Of(own.Left) : (decimal?)null, subusers_count = count,
            residential_user_hash = first is null ? null : IpRoyalHash.Of(first.Id),
        });
    }

    public async Task<IResult> ListAsync(HttpRequest request, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var page = IpRoyalPage.Of(request);
        var found = await queries.ListAsync(user.Scope,
            new PageRequest(page.Number, page.Size, request.Query["search"].ToString()), cancellation, user.CustomerId);
        var period = await usage.ReadAsync(user, cancellation);
        var own = await quotas.FindAsync(user.Scope, user.CustomerId, cancellation);
        var bodies = new List<IpRoyalSubuser>(found.Items.Count);
        foreach (var one in found.Items)
            bodies.Add(BodyOf(one, await proxyUsers.SecretAsync(user, one.Id, cancellation), period, own));
        return CompatJson.Answer(page.List(request, found.Total, bodies));
    }

    public async Task<IResult> ShowAsync(
        string hash, ClaimsPrincipal user, CancellationToken cancellation, int status = StatusCodes.Status200OK)
    {
        var found = await proxyUsers.FindAsync(user, IpRoyalHash.Parse(hash), cancellation);
        return found.IsSuccess
            ? CompatJson.Answer(BodyOf(found.Value, await proxyUsers.SecretAsync(user, found.Value.Id, cancellation),
                await usage.ReadAsync(user, cancellation),
                await quotas.FindAsync(user.Scope, user.CustomerId, cancellation)), status)
            : ApiProblem.Of(found);
    }

    public async Task<IResult> CreateAsync(
        CompatBody body, ClaimsPrincipal user, CreateProxyUserWithShare create, CancellationToken cancellation)
    {
        string? name = body.Required("username", "The username field is required.");
        string? secret = body.Required("password", "The password field is required.");
        long? bytes = body.Gigabytes("traffic", Unit);
        if (body.Refusal is null && bytes is null or 0)
            body.Refuse("traffic", "The traffic field must be greater than 0.");
        RefuseLimits(body);
        if (body.Refusal is { } refusal)
            return refusal;
        var made = await create.ExecuteAsync(
            new(new(user.Scope, user.CustomerId, name!, Limits: null, secret), bytes!.Value), cancellation);
        return made.IsSuccess
            ? await ShowAsync(IpRoyalHash.Of(made.Value.ProxyUserId), user, cancellation, StatusCodes.Status201Created)
            : ApiProblem.Of(made);
    }

    /// <summary>Traffic is what is to be left of its balance afterwards.</summary>
    public async Task<IResult> ChangeAsync(string hash, CompatBody body, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var present = await proxyUsers.FindAsync(user, IpRoyalHash.Parse(hash), cancellation);
        if (!present.IsSuccess)
            return ApiProblem.Of(present);
        if (body.Text("username") is { } name && name != present.Value.Name)
            body.Refuse("username", "The name of a sub-user cannot be changed.");
        string? secret = body.Text("password");
        long? bytes = body.Gigabytes("traffic", Unit);
        RefuseLimits(body);
        if (body.Refusal is { } refusal)
            return refusal;
        var changed = await proxyUsers.ChangeAsync(
            user, present.Value, limits: null, secret, enabled: null, cancellation, bytes);
        return changed.IsSuccess ? await ShowAsync(hash, user, cancellation) : ApiProblem.Of(changed);
    }

    public static async Task<IResult> DeleteAsync(
        string hash, ClaimsPrincipal user, DeleteProxyUser delete, CancellationToken cancellation)
    {
        var done = await delete.ExecuteAsync(new(user.Scope, IpRoyalHash.Parse(hash)), cancellation);
        return done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);
    }

    /// <param name="sign">1 to give, -1 to take.</param>
    public async Task<IResult> MoveAsync(
        string hash, int sign, CompatBody body, ClaimsPrincipal user, ResizeShare resize, CancellationToken cancellation)
    {
        long? bytes = body.Gigabytes("amount", Unit);
        if (body.Refusal is null && bytes is null or 0)
            body.Refuse("amount", "The amount field must be greater than 0.");
        if (body.Refusal is { } refusal)
            return refusal;
        var done = await resize.ExecuteAsync(
            new(user.Scope, IpRoyalHash.Parse(hash), sign * bytes!.Value), cancellation);
        return done.IsSuccess ? await ShowAsync(hash, user, cancellation)
            : ApiProblem.Of(Result.Failure([.. done.Errors.Select(error =>
                error.Field is null ? error : error with { Field = "amount" })]));
    }

    private static void RefuseLimits(CompatBody body)
    {
        if (body.Raw("limits") is not null)
            body.Refuse("limits", "Limits are not supported: a sub-user has a balance.");
    }

    private IpRoyalSubuser BodyOf(ProxyUserSummary one, string? secret, AccountPeriod period, QuotaSummary? own)
    {
        var share = period.Caps.GetValueOrDefault(one.Id);
        long? left = share?.Left ?? (own is { InMinutes: false } ? own.Left : null);
        return new IpRoyalSubuser(one.Id, IpRoyalHash.Of(one.Id), one.Name, secret, left is { } bytes ? Unit.Of(bytes) : null,
            Unit.Of(period.BytesOf(one.Id)));
    }
}
