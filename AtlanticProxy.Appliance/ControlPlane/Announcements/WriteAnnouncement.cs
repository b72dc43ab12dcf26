using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Announcements;

/// <summary>Announces something to customers. Staff only.</summary>
public sealed class WriteAnnouncement(AtlanticDb db, PlanQueries plans, TimeProvider time)
{
    /// <summary>Characters: one line of a banner.</summary>
    public const int MaxTitle = 120;

    /// <summary>Characters: a page of text.</summary>
    public const int MaxWords = 4000;

    /// <param name="Words">Markdown; may be empty.</param>
    /// <param name="Plan">Name; at most one of plan and tag, and neither on public pages.</param>
    /// <param name="From">Null: now.</param>
    /// <param name="Until">Exclusive; null: no end.</param>
    public sealed record Request(
        string Title, string Words = "", string? Plan = null, string? Tag = null, bool OnPublicPages = false,
        DateTimeOffset? From = null, DateTimeOffset? Until = null);

    /// <summary>The announcement's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var from = request.From ?? now;
        string title = request.Title.Trim(), words = request.Words.Trim();
        string? tag = string.IsNullOrWhiteSpace(request.Tag) ? null : request.Tag.Trim().ToLowerInvariant();
        string? planName = string.IsNullOrWhiteSpace(request.Plan) ? null : request.Plan.Trim();
        var validation = new Validation();
        validation.Require(title.Length is > 0 and <= MaxTitle && !title.Any(char.IsControl), nameof(Request.Title),
            "announcement.title_invalid", $"Write a title of at most {MaxTitle} characters.");
        validation.Require(words.Length <= MaxWords, nameof(Request.Words), "announcement.words_too_long",
            $"Write at most {MaxWords} characters.");
        validation.Require(tag is not { Length: > NoteCustomer.MaxTagLength }, nameof(Request.Tag), "announcement.tag_invalid",
            $"A tag has at most {NoteCustomer.MaxTagLength} characters.");
        validation.Require(tag is null || planName is null, nameof(Request.Tag), "announcement.two_audiences",
            "Give a plan or a tag, not both.");
        validation.Require(!request.OnPublicPages || (tag is null && planName is null), nameof(Request.OnPublicPages),
            "announcement.public_is_for_all", "On public pages it is for all: leave the plan and the tag empty.");
        validation.Require(request.Until is not { } until || (until > from && until > now), nameof(Request.Until),
            "announcement.ends_before", "It must end later than it begins, and later than now.");
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);
        long? planId = null;
        if (planName is not null)
        {
            var plan = await plans.FindByNameAsync(planName, cancellation);
            if (!plan.IsSuccess)
                return new Error(ErrorKind.Invalid, "announcement.plan_unknown", "No plan has this name.", nameof(Request.Plan));
            planId = plan.Value.Id;
        }
        return (await db.InsertWithIdUnlessTakenAsync(new Announcement
        {
            Title = title, Words = words, PlanId = planId, Tag = tag, OnPublicPages = request.OnPublicPages, ShowsFrom = from,
            ShowsUntil = request.Until, CreatedAt = now,
        }, cancellation))!.Value; // no key of it can be taken
    }
}
