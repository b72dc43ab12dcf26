using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Announcements;

/// <summary>What customers are told on their pages.</summary>
[Table("announcements")]
internal sealed class Announcement
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public required string Title { get; set; }

    /// <summary>Markdown.</summary>
    public required string Words { get; set; }

    /// <summary>Only to customers with this plan; null for all.</summary>
    public long? PlanId { get; set; }

    /// <summary>Only to customers with this tag; null for all.</summary>
    public string? Tag { get; set; }

    /// <summary>Also to people who are not signed in.</summary>
    public bool OnPublicPages { get; set; }

    public DateTimeOffset ShowsFrom { get; set; }

    /// <summary>Exclusive; null for no end.</summary>
    public DateTimeOffset? ShowsUntil { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>That one of a customer's people has seen an announcement.</summary>
[Table("announcement_readers")]
internal sealed class AnnouncementReader
{
    [PrimaryKey(0)]
    public long AnnouncementId { get; set; }

    [PrimaryKey(1)]
    public long UserId { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Null: they have not closed it.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}

/// <summary>Whether it is shown.</summary>
public enum AnnouncementState
{
    Scheduled,
    Shown,
    Ended,
}

/// <summary>An announcement as staff see it.</summary>
/// <param name="Words">Markdown.</param>
/// <param name="Plan">Name of the plan whose customers it is for; at most one of plan and tag.</param>
/// <param name="Until">Exclusive; null for no end.</param>
/// <param name="Seen">People who saw it.</param>
/// <param name="Closed">Those of them who closed it.</param>
public sealed record AnnouncementSummary(
    long Id, string Title, string Words, string? Plan, string? Tag, bool OnPublicPages, DateTimeOffset From,
    DateTimeOffset? Until, int Seen, int Closed)
{
    public AnnouncementState StateAt(DateTimeOffset now) => Until <= now ? AnnouncementState.Ended
        : From > now ? AnnouncementState.Scheduled : AnnouncementState.Shown;
}

/// <summary>An announcement as it is read.</summary>
/// <param name="Words">Markdown.</param>
/// <param name="IsSeen">Whether the person for whom it is read had it before.</param>
public sealed record AnnouncementText(long Id, string Title, string Words, bool IsSeen);
