using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>
/// Forbids a destination to everybody, to a plan's customers, to one customer or to one proxy user. Staff only.
/// </summary>
public sealed class AddDestinationRule(AtlanticDb db, BlockListCategories categories, TimeProvider time)
{
    /// <summary>Characters of a note.</summary>
    public const int MaxNote = 200;

    /// <param name="Owner">Null for everybody.</param>
    public sealed record Request(DestinationRuleKind Kind, string Value, RuleOwner? Owner = null, string Note = "");

    /// <summary>The rule as it is stored: <c>domain *.example.com</c> becomes <c>suffix example.com</c>.</summary>
    public sealed record Added(long Id, DestinationRuleKind Kind, string Value);

    public async Task<Result<Added>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var read = Read(request);
        if (!read.IsSuccess)
            return Result.Failure<Added>(read.Errors);
        var rule = read.Value;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await MissingAsync(request.Owner, cancellation) is { } missing)
            return missing;
        if (await db.InsertWithIdUnlessTakenAsync(rule, cancellation) is not { } ruleId)
            return new Error(ErrorKind.Conflict, "rule.exists", "There is such a rule already.", nameof(Request.Value));
        await transaction.CommitAsync(cancellation);
        return new Added(ruleId, rule.Kind, rule.Value);
    }

    /// <summary>The rule as it will be stored; or what is wrong with it.</summary>
    internal Result<DestinationRule> Read(Request request)
    {
        var parsed = DestinationPattern.Parse(request.Kind, request.Value);
        if (!parsed.IsSuccess)
            return Result.Failure<DestinationRule>(parsed.Errors);
        var (kind, value) = parsed.Value;
        if (kind == DestinationRuleKind.Category && categories.Known() is var known && !known.Contains(value))
            return UnknownCategory(value, known);
        string note = request.Note.Trim();
        if (note.Length > MaxNote || note.Any(char.IsControl))
            return new Error(ErrorKind.Invalid, "rule.note_invalid", $"A note is one line of at most {MaxNote} characters.",
                nameof(Request.Note));
        var owner = request.Owner ?? RuleOwner.Everybody;
        return new DestinationRule
        {
            ProxyUserId = owner.ProxyUserId, CustomerId = owner.CustomerId, PlanId = owner.PlanId, Kind = kind, Value = value,
            Note = note, CreatedAt = time.GetUtcNow(),
        };
    }

    /// <summary>
    /// Says that whom the rule concerns is not there; null when it is, and then it stays until the transaction ends: of one that
    /// is deleted meanwhile, a rule would stay.
    /// </summary>
    internal async Task<Error?> MissingAsync(RuleOwner? owner, CancellationToken cancellation) => owner switch
    {
        { ProxyUserId: { } id } => await db.ProxyUsers.Where(user => user.Id == id).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation) is null ? ProxyUserQueries.NoSuchProxyUser : null,
        { CustomerId: { } id } => await db.Customers.Where(customer => customer.Id == id).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation) is null ? CustomerQueries.NoSuchCustomer : null,
        { PlanId: { } id } => await db.Plans.AnyAsync(plan => plan.Id == id, cancellation) ? null : PlanQueries.NoSuchPlan,
        _ => null,
    };

    private Error UnknownCategory(string value, IReadOnlyList<string> known)
    {
        Phrase words = (known.Count, categories.Folder.Length) switch
        {
            ( > 0, _) => (Phrase)$"No block list has the category '{value}'. Known: {string.Join(", ", known)}.",
            (_, > 0) => $"No block list has the category '{value}', and there are no others: put one into "
                + $"{categories.Folder}/{value}, or name it in BlockLists:Sources.",
            _ => $"No block list has the category '{value}': there are none. Set BlockLists:Sources or Engine:BlockListFolder.",
        };
        return new(ErrorKind.Invalid, "rule.category_unknown", words, nameof(Request.Value));
    }
}
