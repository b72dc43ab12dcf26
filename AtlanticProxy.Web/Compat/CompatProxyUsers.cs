using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat;

/// <summary>What all vendors' APIs do with proxy users alike.</summary>
internal sealed class CompatProxyUsers(ProxyUserQueries proxyUsers, ChangeProxyUser change, RevealProxyUserSecret reveal)
{
    public Task<Result<ProxyUserSummary>> FindAsync(ClaimsPrincipal user, long id, CancellationToken cancellation) =>
        proxyUsers.FindAsync(user.Scope, id, cancellation);

    /// <summary>
    /// The account's first proxy user, which stands for the vendor's own login of an account; null: there is none yet.
    /// </summary>
    public async Task<ProxyUserSummary?> FirstAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        (await proxyUsers.AfterAsync(user.Scope, after: 0, limit: 1, cancellation)).Items.SingleOrDefault();

    /// <summary>All of an account, in the order in which they were made, for vendors whose lists have no pages.</summary>
    public async Task<IReadOnlyList<ProxyUserSummary>> AllAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        const int Part = 500;
        var all = new List<ProxyUserSummary>();
        bool more = true;
        while (more)
        {
            var part = await proxyUsers.AfterAsync(user.Scope, all is [.., var last] ? last.Id : 0, Part, cancellation);
            all.AddRange(part.Items);
            more = part.HasMore;
        }
        return all;
    }

    /// <summary>Null: the token may not see passwords.</summary>
    public async Task<string?> SecretAsync(ClaimsPrincipal user, long id, CancellationToken cancellation) =>
        MaySeeSecrets(user) && await reveal.ExecuteAsync(new(user.Scope, id), cancellation) is { IsSuccess: true } found
            ? found.Value.Secret
            : null;

    /// <summary>An operation: deletes one, and answers nothing.</summary>
    public static async Task<IResult> DeleteAsync(
        long id, ClaimsPrincipal user, DeleteProxyUser delete, CancellationToken cancellation)
    {
        var done = await delete.ExecuteAsync(new(user.Scope, id), cancellation);
        return done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);
    }

    public static bool MaySeeSecrets(ClaimsPrincipal user) =>
        ScopeRights.Has(user, TokenScope.ProxyUsersSecrets) && ScopeRights.MayUse(user, TokenScope.ProxyUsersSecrets);

    /// <inheritdoc cref="ChangeAsync(ClaimsPrincipal, ProxyUserSummary, Func{ProxyUserLimits, ProxyUserLimits}?, string?, bool?,
    /// CancellationToken, long?)"/>
    public Task<Result<ProxyUserSummary>> ChangeAsync(
        ClaimsPrincipal user, ProxyUserSummary present, LimitedSubuser asked, CancellationToken cancellation) =>
        ChangeAsync(user, present, asked.HasLimit ? was => was with { LimitBytes = asked.LimitBytes } : null, asked.Secret,
            asked.Enabled, cancellation);

    /// <summary>Changes what is given, all of it or nothing. Answers the proxy user as it is then.</summary>
    /// <param name="limits">Makes the new limits of the present ones; null: they stay.</param>
    /// <param name="shareBytes">What is to be left of its share; null: that stays.</param>
    public async Task<Result<ProxyUserSummary>> ChangeAsync(
        ClaimsPrincipal user, ProxyUserSummary present, Func<ProxyUserLimits, ProxyUserLimits>? limits, string? secret,
        bool? enabled, CancellationToken cancellation, long? shareBytes = null)
    {
        var was = new ProxyUserLimits(
            present.MaxConnections, present.SpeedBytesPerSecond, present.AllowedSources, present.LimitBytes);
        var done = await change.ExecuteAsync(
            new(user.Scope, present.Id, limits?.Invoke(was), was, secret, enabled, shareBytes), cancellation);
        return done.IsSuccess
            ? await FindAsync(user, present.Id, cancellation)
            : Result.Failure<ProxyUserSummary>(done.Errors);
    }
}
