using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Announcements;

/// <summary>Stops showing an announcement. Staff only.</summary>
public sealed class EndAnnouncement(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(long Id);

    /// <summary>False when it had already ended.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        // One that has not begun never will.
        int ended = await db.Announcements
            .Where(row => row.Id == request.Id && (row.ShowsUntil == null || row.ShowsUntil > now))
            .Set(row => row.ShowsFrom, row => row.ShowsFrom < now ? row.ShowsFrom : now).Set(row => row.ShowsUntil, now)
            .UpdateAsync(cancellation);
        return ended == 1 || await db.Announcements.AnyAsync(row => row.Id == request.Id, cancellation)
            ? ended == 1
            : AnnouncementQueries.NoSuchAnnouncement;
    }
}
