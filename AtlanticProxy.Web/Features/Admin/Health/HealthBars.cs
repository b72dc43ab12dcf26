using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Health;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Features.Admin.Health;

/// <summary>The last days of each check. Pages ask each second, and days change seldom: they are read once a minute.</summary>
internal sealed class HealthBars(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>After the database did not answer.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <summary>Whoever wants to know how the service is must not wait for a database that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _asking;
    private volatile Known _known =
        new(null, new Dictionary<string, IReadOnlyList<HealthDay>>(), new Dictionary<string, double?>());

    /// <param name="Days">Of each check, the earliest first.</param>
    /// <param name="Uptime">Of each check, over those days.</param>
    public sealed record Known(
        long? At, IReadOnlyDictionary<string, IReadOnlyList<HealthDay>> Days, IReadOnlyDictionary<string, double?> Uptime);

    /// <summary>While the database is away, what was read last.</summary>
    public async Task<Known> CurrentAsync(CancellationToken cancellation)
    {
        var known = _known;
        if (known.At is { } at && time.GetElapsedTime(at) < Kept)
            return known;
        // One asks; the others have what was read before: anybody may come here, and the pool is small.
        if (Interlocked.Exchange(ref _asking, 1) == 1)
            return known;
        try
        {
            return _known = await DatabaseOutage.AskAsync(Patience, time, ReadAsync, cancellation);
        }
        catch (Exception fault) when (DatabaseOutage.Caused(fault))
        {
            var again = known with { At = time.GetTimestamp() - (long)((Kept - Again).TotalSeconds * time.TimestampFrequency) };
            return _known = again;
        }
        finally
        {
            Volatile.Write(ref _asking, 0);
        }
    }

    private async Task<Known> ReadAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var queries = scope.ServiceProvider.GetRequiredService<HealthQueries>();
        var days = await queries.DaysAsync(cancellation);
        var uptime = await queries.UptimeAsync(TimeSpan.FromDays(HealthQueries.Days), cancellation);
        return new Known(time.GetTimestamp(), days, uptime);
    }
}
