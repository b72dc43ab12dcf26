using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>
/// Gives a proxy user a secret that a person chose, for example the one that a moving customer's clients already hold.
/// </summary>
public sealed class ChooseProxyUserSecret(AtlanticDb db, SecretBox box)
{
    public sealed record Request(Scope Scope, long ProxyUserId, string Secret)
    {
        /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(ChooseProxyUserSecret)} {{ {ProxyUserId} }}";
    }

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        ChosenSecret.Require(validation, request.Secret, nameof(Request.Secret));
        if (validation.Failed)
            return Result.Failure(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = await db.ProxyUsers.VisibleTo(request.Scope).Where(row => row.Id == request.ProxyUserId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (user is null)
            return ProxyUserQueries.NoSuchProxyUser;
        ProxyUserSecret.Chosen(request.Secret, user.Id, box).WriteTo(user);
        await db.UpdateAsync(user, token: cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
