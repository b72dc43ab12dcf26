using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Web;
using LogFactory = NLog.LogFactory;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// Runs the appliance until a signal, and again from its settings each time that it asks for that: so it works under systemd, in
/// a container and from a checkout alike.
/// </summary>
/// <param name="load">The settings of now, with some that win over all others.</param>
/// <param name="ready">Called each time that all is ready.</param>
internal sealed class ApplianceRun(
    Func<IEnumerable<(string Name, string? Value)>, Settings> load, bool demo, LogFactory log, Action<Appliance> ready)
{
    public async Task RunAsync(Settings settings, StopSignals stop)
    {
        for (bool again = true; again; settings = again ? load([]) : settings)
        {
            await using var appliance = await StartAsync(settings, stop.Stopping);
            ready(appliance);
            await Task.WhenAny(stop.First, appliance.Restart.Requested);
            again = !stop.First.IsCompleted;
            if (again)
                appliance.Manager.TellRestarting();
            else
                appliance.Manager.TellStopping();
            await appliance.StopAsync(stop.Hurry);
        }
    }

    /// <summary>
    /// The portal comes up without the certificate that was asked for on its pages where its ports cannot be had: there would be
    /// no page to say so, and none to mend it on. What the configuration asks for is refused as ever.
    /// </summary>
    private async Task<Appliance> StartAsync(Settings settings, CancellationToken cancel)
    {
        try
        {
            return await Appliance.StartAsync(settings, demo, log, cancel);
        }
        catch (StartupException trouble)
            when (settings.CertificateSource == CertificateSource.Acme && !settings.ConfiguredSite.HasCertificate)
        {
            return await Appliance.StartAsync(
                load(SiteLayer.WithoutCertificate) with { SiteTrouble = trouble.Message }, demo, log, cancel);
        }
    }
}
