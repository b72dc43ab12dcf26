using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Changes a proxy user's secret, limits, state and share together: all of it, or nothing.</summary>
public sealed class ChangeProxyUser(
    AtlanticDb db, ChooseProxyUserSecret choose, UpdateProxyUserLimits update, SetProxyUserState set, ResizeShare resize)
{
    /// <param name="Limits">As a whole; null: they stay.</param>
    /// <param name="Was">What the caller has seen of them.</param>
    /// <param name="Secret">Null: it stays.</param>
    /// <param name="Enabled">Null: it stays.</param>
    /// <param name="ShareBytes">What is to be left of its share; null: that stays.</param>
    public sealed record Request(
        Scope Scope, long ProxyUserId, ProxyUserLimits? Limits, ProxyUserLimits? Was, string? Secret, bool? Enabled,
        long? ShareBytes = null)
    {
        /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(ChangeProxyUser)} {{ {ProxyUserId} }}";
    }

    public Task<Result> ExecuteAsync(Request request, CancellationToken cancellation) => db.TogetherAsync(async () =>
    {
        var done = Result.Success;
        if (request.Secret is { } secret)
            done = await choose.ExecuteAsync(new(request.Scope, request.ProxyUserId, secret), cancellation);
        if (done.IsSuccess && request.Limits is { } limits)
            done = await update.ExecuteAsync(new(request.Scope, request.ProxyUserId, limits, request.Was), cancellation);
        if (done.IsSuccess && request.Enabled is { } enabled)
            done = await set.ExecuteAsync(new(request.Scope, request.ProxyUserId, enabled), cancellation);
        if (done.IsSuccess && request.ShareBytes is { } bytes)
            done = await resize.ExecuteAsync(new(request.Scope, request.ProxyUserId, bytes, IsTotal: true), cancellation);
        return done;
    }, cancellation);
}
