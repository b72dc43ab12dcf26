using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// Has the portal's certificates follow the host names that resellers have, whoever changed them, and notes at which of them
/// HTTPS is served: links in mail lead to those.
/// </summary>
internal sealed class ResellerNames(PortalCertificate certificates, IServiceScopeFactory scopes, TimeProvider time)
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
        // Without HTTPS here it is what stands before the portal that brings it, for all names or for none.
        bool isElsewhere = certificates.Describe().Source == CertificateSource.None;
        string[] served = [.. names.Where(name => isElsewhere || certificates.Serves(name))];
        if (_noted is not null && _noted.SequenceEqual(served, StringComparer.Ordinal))
            return;
        await scope.ServiceProvider.GetRequiredService<NoteServedNames>().ExecuteAsync(served, cancel);
        _noted = served;
    }
}
