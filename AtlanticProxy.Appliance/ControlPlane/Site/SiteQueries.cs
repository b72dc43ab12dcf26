using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Reads what the service is called, where it is, and how far its setup has come.</summary>
public sealed class SiteQueries(AtlanticDb db, ConfiguredSite configured, TimeProvider time)
{
    public Task<SiteSettings> SettingsAsync(CancellationToken cancellation) =>
        db.Site.Select(site => new SiteSettings(site.BrandName, site.HostName, site.AcmeEmail)).SingleAsync(cancellation);

    /// <summary>When any of it was set last.</summary>
    public Task<DateTimeOffset> ChangedAtAsync(CancellationToken cancellation) =>
        db.Site.Select(site => site.ChangedAt).SingleAsync(cancellation);

    public Task<SiteLook> LookAsync(CancellationToken cancellation) => db.Site.Select(site => new SiteLook(site.Accent, site.Logo,
        site.SupportEmail, site.Landing, site.Pitch, site.About, site.Terms, site.Privacy)).SingleAsync(cancellation);

    /// <summary>Who may get an account, and as what.</summary>
    public Task<SignUpSettings> SignUpAsync(CancellationToken cancellation) => db.Site
        .Select(site => new SignUpSettings(site.SignUp, site.SignUpPlanId,
            db.Plans.Where(plan => plan.Id == site.SignUpPlanId).Select(plan => plan.Name).SingleOrDefault(), site.TermsUrl))
        .SingleAsync(cancellation);

    public Task<bool> IsSetupFinishedAsync(CancellationToken cancellation) =>
        db.Site.AnyAsync(site => site.SetupFinishedAt != null, cancellation);

    /// <summary>Whether the appliance waits for its first owner: then every page leads to setup.</summary>
    public Task<bool> AwaitsOwnerAsync(CancellationToken cancellation) =>
        db.Site.AnyAsync(site => site.SetupFinishedAt == null && !db.Users.Any(user => user.Role == Roles.Owner), cancellation);

    public async Task<SetupProgress> ProgressAsync(CancellationToken cancellation)
    {
        var site = await db.Site.SingleAsync(cancellation);
        return new SetupProgress(site.SetupFinishedAt,
        [
            new(SetupStepKind.Owner, await db.Users.AnyAsync(user => user.Role == Roles.Owner, cancellation)),
            new(SetupStepKind.Brand, (configured.BrandName ?? site.BrandName) is not null, configured.BrandName is not null),
            new(SetupStepKind.Host, (configured.HostName ?? site.HostName) is not null || configured.HasCertificate,
                configured.HostName is not null || configured.HasCertificate),
            new(SetupStepKind.Provider, await db.Providers.AnyAsync(cancellation)),
            new(SetupStepKind.Plan, await db.Plans.AnyAsync(cancellation)),
        ]);
    }

    /// <summary>Whether <see cref="RedeemSetupToken"/> answered <paramref name="key"/>, and nothing has ended it since.</summary>
    public async Task<bool> IsRedeemedAsync(string key, CancellationToken cancellation)
    {
        var site = await db.Site.SingleAsync(cancellation);
        return site is { SetupFinishedAt: null, SetupTokenUsedAt: not null, SetupTokenHash: { } hash }
            && site.SetupTokenExpiresAt > time.GetUtcNow() && SetupToken.AreEqual(Convert.ToHexStringLower(hash), key);
    }
}
