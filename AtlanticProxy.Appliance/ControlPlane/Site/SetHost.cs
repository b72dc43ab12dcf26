using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Sets the name that people reach the portal by, and whether a certificate is had for it.</summary>
public sealed class SetHost(AtlanticDb db, TimeProvider time)
{
    /// <param name="AcmeEmail">Of the account with the authority; null: no certificate is asked for.</param>
    /// <param name="AgreeToTerms">To those of the authority: nobody can do that for the reseller.</param>
    public sealed record Request(string HostName, string? AcmeEmail, bool AgreeToTerms);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string host = request.HostName.Trim().TrimEnd('.').ToLowerInvariant();
        bool wantsCertificate = request.AcmeEmail is not null || request.AgreeToTerms;
        string? email = wantsCertificate ? EmailAddress.Normalise(request.AcmeEmail) : null;
        var validation = new Validation();
        validation.Require(SiteSettings.IsHostName(host), nameof(Request.HostName), "site.host_invalid",
            SiteSettings.HostNameRule);
        // Certificates are for public names: an address or a machine's own name gets none.
        validation.Require(!wantsCertificate || host.Contains('.', StringComparison.Ordinal), nameof(Request.HostName),
            "site.host_not_public", "A certificate is for a public name, such as proxy.example.com.");
        validation.Require(!wantsCertificate || email is not null, nameof(Request.AcmeEmail), "site.email_invalid",
            EmailAddress.Rule);
        validation.Require(!wantsCertificate || request.AgreeToTerms, nameof(Request.AgreeToTerms), "site.terms_not_agreed",
            "A certificate needs your agreement to the authority's terms of service.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        if (await db.Resellers.AnyAsync(reseller => reseller.HostName == host, cancellation))
            return new Error(ErrorKind.Conflict, "site.host_taken", "A reseller's portal has this host name.",
                nameof(Request.HostName));
        var now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var site = await db.Site.LockedForUpdate().SingleAsync(cancellation);
        if ((site.HostName, site.AcmeEmail) == (host, email))
            return false;
        (site.HostName, site.AcmeEmail, site.ChangedAt) = (host, email, now);
        site.AcmeTermsAgreedAt = email is null ? null : site.AcmeTermsAgreedAt ?? now;
        await db.UpdateAsync(site, token: cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
