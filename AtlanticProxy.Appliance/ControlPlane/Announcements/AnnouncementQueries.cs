using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Announcements;

/// <summary>Reads announcements.</summary>
public sealed class AnnouncementQueries(AtlanticDb db, TimeProvider time)
{
    /// <summary>Banners that a page has at most: the latest.</summary>
    private const int MostBanners = 3;

    internal static readonly Error NoSuchAnnouncement =
        new(ErrorKind.NotFound, "announcement.not_found", "There is no such announcement.");

    /// <summary>The latest first; the search looks in title and text.</summary>
    public async Task<Page<AnnouncementSummary>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var rows = db.Announcements.Where(row => row.Title.ILike(page.SearchPattern) || row.Words.ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await Summaries(rows.OrderByDescending(row => row.ShowsFrom).ThenByDescending(row => row.Id)
            .Skip(page.Offset).Take(page.Size)).ToListAsync(cancellation);
        return new Page<AnnouncementSummary>(
            [.. items.OrderByDescending(item => item.From).ThenByDescending(item => item.Id)], page.Number, page.Size, total);
    }

    public async Task<Result<AnnouncementSummary>> FindAsync(long id, CancellationToken cancellation) =>
        await Summaries(db.Announcements.Where(row => row.Id == id)).SingleOrDefaultAsync(cancellation) is { } found
            ? found
            : NoSuchAnnouncement;

    /// <summary>What people see who are not signed in.</summary>
    public Task<List<AnnouncementText>> PublicAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return db.Announcements
            .Where(row => row.OnPublicPages && row.ShowsFrom <= now && (row.ShowsUntil == null || row.ShowsUntil > now))
            .OrderByDescending(row => row.ShowsFrom).ThenByDescending(row => row.Id).Take(MostBanners)
            .Select(row => new AnnouncementText(row.Id, row.Title, row.Words, false)).ToListAsync(cancellation);
    }

    /// <summary>What a customer is told, but for what this person has closed. Every page of a customer's asks for it.</summary>
    /// <param name="userId">Null: nobody of theirs looks, so nothing is closed.</param>
    public Task<List<AnnouncementText>> ForAsync(long customerId, long? userId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return db.QueryAsync<AnnouncementText>($"""
            select a.id, a.title, a.words, r.announcement_id is not null as is_seen
            from announcements a
            left join announcement_readers r on r.announcement_id = a.id and r.user_id = {userId}::bigint
            where a.shows_from <= {now} and (a.shows_until is null or a.shows_until > {now}) and r.closed_at is null
                and (a.plan_id is null and a.tag is null
                    or exists (select from customers c where c.id = {customerId} and c.deleted_at is null
                        and (c.plan_id = a.plan_id or a.tag = any(c.tags))))
            order by a.shows_from desc, a.id desc
            limit {MostBanners}
            """, cancellation);
    }

    private IQueryable<AnnouncementSummary> Summaries(IQueryable<Announcement> rows) =>
        from row in rows
        from plan in db.Plans.LeftJoin(plan => plan.Id == row.PlanId)
        select new AnnouncementSummary(
            row.Id, row.Title, row.Words, plan!.Name, row.Tag, row.OnPublicPages, row.ShowsFrom, row.ShowsUntil,
            db.AnnouncementReaders.Count(reader => reader.AnnouncementId == row.Id),
            db.AnnouncementReaders.Count(reader => reader.AnnouncementId == row.Id && reader.ClosedAt != null));
}
