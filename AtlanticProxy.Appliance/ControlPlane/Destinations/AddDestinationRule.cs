using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>Forbids a destination to everybody or to one proxy user. Staff only.</summary>
public sealed class AddDestinationRule(AtlanticDb db, BlockListCategories categories, TimeProvider time)
{
    /// <param name="ProxyUserId">Null for everybody.</param>
    public sealed record Request(DestinationRuleKind Kind, string Value, long? ProxyUserId = null);

    /// <summary>The rule as it is stored: <c>domain *.example.com</c> becomes <c>suffix example.com</c>.</summary>
    public sealed record Added(long Id, DestinationRuleKind Kind, string Value);

    public async Task<Result<Added>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var parsed = DestinationPattern.Parse(request.Kind, request.Value);
        if (!parsed.IsSuccess)
            return Result.Failure<Added>(parsed.Errors);
        var (kind, value) = parsed.Value;
        if (kind == DestinationRuleKind.Category && categories.Known() is var known && !known.Contains(value))
            return UnknownCategory(value, known);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: of one that is deleted meanwhile, a rule would stay.
        if (request.ProxyUserId is { } id
            && await db.ProxyUsers.Where(u => u.Id == id).LockedForUpdate().SingleOrDefaultAsync(cancellation) is null)
            return ProxyUserQueries.NoSuchProxyUser;

        var rule = new DestinationRule { ProxyUserId = request.ProxyUserId, Kind = kind, Value = value,
            CreatedAt = time.GetUtcNow() };
        if (await db.InsertWithIdUnlessTakenAsync(rule, cancellation) is not { } ruleId)
            return new Error(ErrorKind.Conflict, "rule.exists", "There is such a rule already.", nameof(Request.Value));
        await transaction.CommitAsync(cancellation);
        return new Added(ruleId, kind, value);
    }

    private Error UnknownCategory(string value, IReadOnlyList<string> known) => new(
        ErrorKind.Invalid, "rule.category_unknown", known.Count > 0
            ? $"No block list has the category '{value}'. Known: {string.Join(", ", known)}."
            : categories.Folder.Length > 0
            ? $"No block list has the category '{value}', and there are no others: put one into {categories.Folder}/{value}, or "
                + "name it in BlockLists:Sources."
            : $"No block list has the category '{value}': there are none. Set BlockLists:Sources or Engine:BlockListFolder.",
        nameof(Request.Value));
}
