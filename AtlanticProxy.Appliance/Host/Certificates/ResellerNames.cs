using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// Keeps the portal's certificates in step with resellers' host names, and notes at which of them HTTPS is served: links in
/// mail lead to those.
/// </summary>
internal sealed class ResellerNames(
    Settings settings, PortalCertificate certificates, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>How late a change is followed. Looking reads a few rows.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private string[]? _noted;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await FollowAsync(cancel);
        while (await timer.WaitForNextTickAsync(cancel));
    }

    public async Task FollowAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var names = await scope.ServiceProvider.GetRequiredService<ResaleQueries>().HostNamesAsync(cancel);
        certificates.Follow(names);
        // Without a certificate here, whatever stands before the portal serves HTTPS, for all names alike.
        bool isElsewhere = settings.CertificateSource == CertificateSource.None;
        string[] served = [.. names.Where(name => isElsewhere || certificates.Serves(name))];
        if (_noted is not null && _noted.SequenceEqual(served, StringComparer.Ordinal))
            return;
        await scope.ServiceProvider.GetRequiredService<NoteServedNames>().ExecuteAsync(served, cancel);
        _noted = served;
    }
}
