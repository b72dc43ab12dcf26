using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>Adds a proxy user that uses a share of its customer's traffic and nothing else: both, or neither.</summary>
public sealed class CreateProxyUserWithShare(AtlanticDb db, CreateProxyUser create, ShareTraffic share)
{
    /// <param name="Bytes">Its share: more than nothing.</param>
    public sealed record Request(CreateProxyUser.Request ProxyUser, long Bytes);

    public Task<Result<ProxyUserCredentials>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.TogetherAsync(async () =>
        {
            var made = await create.ExecuteAsync(request.ProxyUser, cancellation);
            if (!made.IsSuccess)
                return made;
            var shared = await share.ExecuteAsync(
                new(request.ProxyUser.Scope, made.Value.ProxyUserId, request.Bytes), cancellation);
            return shared.IsSuccess ? made : Result.Failure<ProxyUserCredentials>(shared.Errors);
        }, cancellation);
}
