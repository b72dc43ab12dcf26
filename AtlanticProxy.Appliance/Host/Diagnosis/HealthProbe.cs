using System.Net;
using System.Text.Json;
using AtlanticProxy.Host.Configuration;

namespace AtlanticProxy.Host.Diagnosis;

/// <summary>What the running appliance says of itself.</summary>
/// <param name="IsRunning">Whether its portal answers.</param>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> or <c>Unhealthy</c>; null when it did not say.</param>
/// <param name="Words">For people.</param>
internal sealed record HealthAnswer(bool IsRunning, string? Status, string Words)
{
    /// <summary>Degraded is well enough: traffic goes on.</summary>
    public bool IsWell => Status is "Healthy" or "Degraded";
}

/// <summary>Asks the portal of a running appliance for its health, as a load balancer does.</summary>
internal sealed class HealthProbe(Settings settings)
{
    /// <summary>Checks have a second each at most; a portal that takes longer is unwell.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How it is, with what somebody should look at.</summary>
    public Task<HealthAnswer> AskAsync(CancellationToken cancel) => AskAsync("/health", cancel);

    /// <summary>Whether it serves: without what is no reason to send traffic elsewhere.</summary>
    public Task<HealthAnswer> AskReadinessAsync(CancellationToken cancel) => AskAsync("/health/ready", cancel);

    private async Task<HealthAnswer> AskAsync(string path, CancellationToken cancel)
    {
        var portal = settings.PortalListener.Endpoint;
        var address = portal.Address.Equals(IPAddress.Any)
            ? IPAddress.Loopback
            : portal.Address.Equals(IPAddress.IPv6Any)
            ? IPAddress.IPv6Loopback
            : portal.Address;
        using var http =
            new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{new IPEndPoint(address, portal.Port)}{path}"), cancel);
            string? status = StatusIn(await answer.Content.ReadAsStringAsync(cancel));
            return new(true, status, status ?? $"the portal answers {(int)answer.StatusCode}, without its health");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return new(false, null, $"nothing answers on {portal}");
        }
    }

    private static string? StatusIn(string body)
    {
        try
        {
            using var report = JsonDocument.Parse(body);
            return report.RootElement.TryGetProperty("status", out var status) ? status.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // A page for people: a redirect, or another program's.
        }
    }
}
