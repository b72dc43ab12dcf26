using System.Text;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Fetches a small page through each provider every now and then, so that one that is down is known before a client meets it, and
/// one that is back is used again. A probe is a dial like any other, and closes or opens the same breaker.
/// </summary>
internal sealed class ProviderProbes(
    EngineOptions options, Dialer dialer, LiveSnapshot live, NodeConnections node, TimeProvider time, EgressLoop egress)
{
    /// <summary>
    /// Each pause between two probes of a provider is up to this much shorter or longer, at random: nodes and providers do not
    /// fall into step.
    /// </summary>
    private const double Jitter = 0.2;

    private const string UserAgent = "Mozilla/5.0";

    private readonly Uri? _page = options.ProbeUrl.Length > 0 ? new Uri(options.ProbeUrl) : null;

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (_page is null)
            return;
        var due = new Dictionary<long, long>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                long now = time.GetTimestamp();
                foreach (var provider in live.Routing.Providers)
                {
                    long id = provider.Provider.Id;
                    if (provider.Provider.Protocol == UpstreamProtocol.Direct || (due.TryGetValue(id, out long at) && now < at))
                        continue;
                    due[id] = now
                        + (long)((1 + Jitter * (2 * Random.Shared.NextDouble() - 1))
                            * options.ProbeInterval.TotalSeconds * time.TimestampFrequency);
                    egress.Loop.Post(() => _ = ProbeAsync(provider)); // never throws
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The orderly end.
        }
    }

    /// <summary>On the loop.</summary>
    private async Task ProbeAsync(RoutedProvider provider)
    {
        try
        {
            foreach (var candidate in provider.ProbeCandidates())
            {
                if (!node.IsDraining)
                    await ProbeAsync(candidate);
            }
        }
        catch (Exception fault)
        {
            egress.Loop.OnFault(fault);
        }
    }

    private async Task ProbeAsync(Candidate candidate)
    {
        var page = new Destination(_page!.IdnHost.ToLowerInvariant(), _page.Port, null);
        var attempt = new DialAttempt(egress, candidate, page, options.DialTimeout, user: null);
        var dialled = await dialer.AttemptAsync(attempt, asTunnel: true);
        if (dialled.Upstream is not { } upstream)
            return; // the dialer has taken note
        string host = page.Port == 80 ? page.Host : page.Authority;
        byte[] request =
            Encoding.Latin1.GetBytes(
                $"GET {_page.PathAndQuery} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {UserAgent}\r\nConnection: close\r\n\r\n");
        upstream.Socket.SetDeadline(options.DialTimeout);
        int error = await upstream.Socket.SendAllAsync(request);
        var head = egress.Heads.Rent();
        var status = HeadStatus.Incomplete;
        while (error >= 0 && status == HeadStatus.Incomplete)
        {
            int received = await upstream.Input.ReadMoreAsync();
            error = received == 0 ? -Linux.ECONNRESET : received;
            if (received > 0)
                status = HttpHeadParser.ParseResponse(upstream.Input.Bytes, head, out _);
        }
        egress.Heads.Return(head);
        upstream.Close();
        // The provider carries tunnels: what stands behind it and does not answer may be the page's own trouble.
        if (status != HeadStatus.Complete && !node.IsDraining)
            dialer.OnFault(attempt, DialFailure.Of(UpstreamFault.Unserved, "the probe's page did not come"));
    }
}
