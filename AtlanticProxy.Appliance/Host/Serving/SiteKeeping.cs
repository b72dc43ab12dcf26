using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// Has the appliance follow what the database says of the site, whoever changed it: keeps the copy on disk, tells the portal its
/// name, and asks for a restart where listeners must change.
/// </summary>
internal sealed partial class SiteKeeping(
    Settings settings, PortalOptions portal, PortalState state, IServiceScopeFactory scopes, ApplianceRestart restart,
    TimeProvider time, ILogger<SiteKeeping> logger) : IRunningSite, IDisposable
{
    /// <summary>How late a change on the command line, or on another node, is followed. Looking reads one row.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>For the answer that says that there will be a restart, and the page that it leads to.</summary>
    private DateTimeOffset _lookOf;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _file = SiteLayer.FileIn(settings.Data.Directory);
    private SiteSettings _followed = SiteLayer.Read(SiteLayer.FileIn(settings.Data.Directory));
    private ITimer? _restarting;
    private string? _resellersOf;

    public string? Trouble => settings.SiteTrouble;

    public bool IsRestarting => _restarting is not null;

    public async Task RunAsync(CancellationToken cancel)
    {
        if (Trouble is { } trouble)
            LogTrouble(trouble);
        using var timer = new PeriodicTimer(Interval, time);
        do
            await FollowAsync(retries: false, cancel);
        while (await timer.WaitForNextTickAsync(cancel));
    }

    public Task<bool> FollowAsync(CancellationToken cancellation) => FollowAsync(retries: true, cancellation);

    public void Dispose()
    {
        _restarting?.Dispose();
        _turn.Dispose();
    }

    private async Task<bool> FollowAsync(bool retries, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var queries = scope.ServiceProvider.GetRequiredService<SiteQueries>();
            var site = await queries.SettingsAsync(cancel);
            bool needsRestart = !settings.ConfiguredSite.HasCertificate
                && (CertificateOf(site) != CertificateOf(_followed) || (retries && Trouble is not null));
            if (site != _followed)
            {
                SiteLayer.Write(_file, site);
                _followed = site;
                LogFollowed(site.BrandName, site.HostName, site.AcmeEmail is not null);
            }
            if (await queries.ChangedAtAsync(cancel) is var changedAt && changedAt != _lookOf)
                (state.Look, _lookOf) = (await queries.LookAsync(cancel), changedAt);
            var resale = scope.ServiceProvider.GetRequiredService<ResaleQueries>();
            if (await resale.BrandsVersionAsync(cancel) is var version && version != _resellersOf)
                (state.Resellers, _resellersOf) = (await resale.BrandsAsync(cancel), version);
            var configured = settings.ConfiguredSite;
            portal.BrandName = configured.BrandName ?? site.BrandName ?? new PortalOptions().BrandName;
            if (!needsRestart)
                portal.HostName = configured.HostName ?? site.HostName ?? "";
            else if (_restarting is null)
                _restarting = time.CreateTimer(_ => restart.Request(), null, Grace, Timeout.InfiniteTimeSpan);
            return IsRestarting;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What decides about listeners: the host name alone does not.</summary>
    private static (string? Host, string? Email) CertificateOf(SiteSettings site) =>
        site.AcmeEmail is null ? default : (site.HostName, site.AcmeEmail);

    [LoggerMessage(4310, LogLevel.Information,
        "The site is called {BrandName} and reached at {HostName}, with a certificate of its own: {HasCertificate}")]
    private partial void LogFollowed(string? brandName, string? hostName, bool hasCertificate);

    [LoggerMessage(4311, LogLevel.Error, "The portal goes on without HTTPS. {Trouble}")]
    private partial void LogTrouble(string trouble);
}
