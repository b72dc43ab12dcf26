using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Announcements;

/// <summary>Remembers who of a customer's people has seen an announcement, and who has closed it.</summary>
public sealed class ReadAnnouncement(AtlanticDb db, AnnouncementQueries announcements, TimeProvider time)
{
    public Task SeenAsync(IReadOnlyList<long> ids, long userId, CancellationToken cancellation) => ids.Count == 0
        ? Task.CompletedTask
        : db.ExecuteSqlAsync($"""
            insert into announcement_readers (announcement_id, user_id, seen_at)
            select id, {userId}, {time.GetUtcNow()} from announcements where id = any({ids.ToArray()})
            on conflict (announcement_id, user_id) do nothing
            """, cancellation);

    /// <summary>Not found, where it is not shown to this customer.</summary>
    public async Task<Result> CloseAsync(long id, long customerId, long userId, CancellationToken cancellation)
    {
        if ((await announcements.ForAsync(customerId, userId, cancellation)).All(shown => shown.Id != id))
            return AnnouncementQueries.NoSuchAnnouncement;
        var now = time.GetUtcNow();
        await db.ExecuteSqlAsync($"""
            insert into announcement_readers (announcement_id, user_id, seen_at, closed_at) values ({id}, {userId}, {now}, {now})
            on conflict (announcement_id, user_id) do update set closed_at = {now}
            """, cancellation);
        return Result.Success;
    }
}
