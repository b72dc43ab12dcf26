using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Makes a token for the setup page. The one before, and the browser that used it, count no longer.</summary>
public sealed class IssueSetupToken(AtlanticDb db, TimeProvider time)
{
    public async Task<Result<SetupToken>> ExecuteAsync(CancellationToken cancellation)
    {
        var token = new SetupToken(SecretGenerator.Next(), time.GetUtcNow() + SetupToken.Lifetime);
        int issued = await db.Site.Where(site => site.SetupFinishedAt == null)
            .Set(site => site.SetupTokenHash, SetupToken.HashOf(token.Text))
            .Set(site => site.SetupTokenExpiresAt, token.ExpiresAt)
            .Set(site => site.SetupTokenUsedAt, (DateTimeOffset?)null)
            .UpdateAsync(cancellation);
        return issued == 1 ? token : FinishSetup.IsFinished;
    }
}
