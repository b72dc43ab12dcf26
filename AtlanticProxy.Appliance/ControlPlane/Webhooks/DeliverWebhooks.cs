using AtlanticProxy.ControlPlane.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Delivers what is due: several endpoints at a time, each in the order of its events.</summary>
public sealed class DeliverWebhooks(IServiceScopeFactory scopes) : IClusterJob
{
    /// <summary>Endpoints at a time: one that is slow holds up only itself.</summary>
    private const int Workers = 4;

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int[] delivered = new int[Workers];
        await Parallel.ForAsync(0, Workers, cancellation, async (i, stop) =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var queue = scope.ServiceProvider.GetRequiredService<WebhookQueue>();
            while (await queue.ServeNextAsync(stop) is { } count)
                delivered[i] += count;
        });
        return new JobReport($"{delivered.Sum()} webhooks delivered");
    }
}
