using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Takes a setup token, which is then used up.</summary>
public sealed class RedeemSetupToken(AtlanticDb db, TimeProvider time)
{
    /// <summary>One answer to every failure: it must not tell what a guess came near to.</summary>
    private static readonly Error Refusal = new(ErrorKind.Invalid, "setup.token_wrong",
        "This token is wrong, was used already, or has expired. Make a new one on the server.", nameof(Request.Token));

    public sealed record Request(string Token)
    {
        /// <summary>Without the token, so that a stray log line cannot leak it.</summary>
        public override string ToString() => nameof(RedeemSetupToken);
    }

    /// <summary>The value is for the browser to keep: <see cref="SiteQueries.IsRedeemedAsync"/> knows it.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string given = Convert.ToHexStringLower(SetupToken.HashOf(request.Token.Trim()));
        var now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var site = await db.Site.LockedForUpdate().SingleAsync(cancellation); // of two at once, the second is refused
        if (site is not { SetupFinishedAt: null, SetupTokenUsedAt: null, SetupTokenHash: { } hash }
            || site.SetupTokenExpiresAt <= now || !SetupToken.AreEqual(Convert.ToHexStringLower(hash), given))
            return Refusal;
        await db.Site.Set(row => row.SetupTokenUsedAt, now).UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return given;
    }
}
