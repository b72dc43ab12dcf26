using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Features.Announcements;

/// <summary>
/// What people see who are not signed in. Kept for some seconds, so that they can ask for pages as fast as they like; while the
/// database is away, what was known last.
/// </summary>
internal sealed class PublicAnnouncements(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    /// <summary>Pages without announcements are better than none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private volatile Known _known = new(null, []);

    public async Task<IReadOnlyList<AnnouncementText>> CurrentAsync(CancellationToken cancellation)
    {
        var known = _known;
        if (known.At is { } at && time.GetElapsedTime(at) < Kept)
            return known.Texts;
        try
        {
            var texts = await DatabaseOutage.AskAsync(Patience, time, async stop =>
            {
                await using var scope = scopes.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<AnnouncementQueries>().PublicAsync(stop);
            }, cancellation);
            _known = new Known(time.GetTimestamp(), texts);
            return texts;
        }
        catch (Exception fault) when (DatabaseOutage.Caused(fault))
        {
            _known = known with { At = time.GetTimestamp() };
            return known.Texts;
        }
    }

    /// <summary>Something was changed here.</summary>
    public void Forget() => _known = _known with { At = null };

    private sealed record Known(long? At, IReadOnlyList<AnnouncementText> Texts);
}
