using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;

namespace AtlanticProxy.Web.Features.Live;

/// <summary>Sends the figures of the last second to whoever looks, once a second; while nobody does, it does nothing.</summary>
internal sealed class LivePusher(IHubContext<LiveHub> hub, LiveViewers viewers, ILiveTraffic traffic, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PushAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The orderly end.
        }
    }

    internal async Task PushAsync(CancellationToken cancellation)
    {
        viewers.EndOld();
        var groups = viewers.Groups();
        if (groups.Count == 0)
            return;
        var now = time.GetUtcNow();
        string staff = LiveHub.GroupOf(null);
        if (groups.Contains(staff))
            await SendAsync(staff, LiveMessage.Of(traffic.Total, traffic.OpenConnections, now), cancellation);
        var customers = groups.Where(group => group != staff).ToList();
        if (customers.Count == 0)
            return;
        // Customers without traffic get a message too: it shows that the page is still connected.
        var figures = traffic.ByCustomer().ToDictionary(each => LiveHub.GroupOf(each.Key), each => each.Value);
        foreach (string group in customers)
            await SendAsync(group, LiveMessage.Of(figures.GetValueOrDefault(group) ?? LiveFigure.None, null, now), cancellation);
    }

    private Task SendAsync(string group, LiveMessage message, CancellationToken cancellation) =>
        hub.Clients.Group(group).SendAsync(LiveHub.Figures, message, cancellation);
}
