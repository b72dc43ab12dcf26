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
    public Task<List<AnnouncementText>> PublicAsync(CancellationToken cancellation) =>
        Texts(Current().Where(row => row.OnPublicPages)).ToListAsync(cancellation);

    /// <summary>What a customer is told, but for what this person has closed.</summary>
    /// <param name="userId">Null: nobody of theirs looks, so nothing is closed.</param>
    public Task<List<AnnouncementText>> ForAsync(long customerId, long? userId, CancellationToken cancellation) =>
        Texts(Current().Where(row =>
            (row.PlanId == null && row.Tag == null
                || db.Customers.Any(customer => customer.Id == customerId
                    && (customer.PlanId == row.PlanId || Sql.Expr<bool>($"{row.Tag} = any({customer.Tags})"))))
            && !db.AnnouncementReaders.Any(reader =>
                reader.AnnouncementId == row.Id && reader.UserId == userId && reader.ClosedAt != null)))
            .ToListAsync(cancellation);

    private IQueryable<Announcement> Current()
    {
        var now = time.GetUtcNow();
        return db.Announcements.Where(row => row.ShowsFrom <= now && (row.ShowsUntil == null || row.ShowsUntil > now));
    }

    private static IQueryable<AnnouncementText> Texts(IQueryable<Announcement> rows) =>
        rows.OrderByDescending(row => row.ShowsFrom).ThenByDescending(row => row.Id).Take(MostBanners)
            .Select(row => new AnnouncementText(row.Id, row.Title, row.Words));

    private IQueryable<AnnouncementSummary> Summaries(IQueryable<Announcement> rows) =>
        from row in rows
        from plan in db.Plans.LeftJoin(plan => plan.Id == row.PlanId)
        select new AnnouncementSummary(
            row.Id, row.Title, row.Words, plan!.Name, row.Tag, row.OnPublicPages, row.ShowsFrom, row.ShowsUntil,
            db.AnnouncementReaders.Count(reader => reader.AnnouncementId == row.Id),
            db.AnnouncementReaders.Count(reader => reader.AnnouncementId == row.Id && reader.ClosedAt != null));
}
