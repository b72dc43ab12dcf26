using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Filters;

/// <summary>The filters that one of the staff has saved, each for one list.</summary>
public sealed partial class SavedFilters(AtlanticDb db, TimeProvider time)
{
    /// <summary>More would no longer fit beside a list.</summary>
    public const int MaxPerList = 20;

    public const int MaxName = 40;

    private const int MaxQuery = 2000;

    public sealed record Request(string Path, string Name, string Query);

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<SavedFilter>> OfAsync(long userId, string path, CancellationToken cancellation) =>
        await db.SavedFilters.Where(row => row.UserId == userId && row.Path == path).OrderBy(row => row.Name)
            .ToListAsync(cancellation);

    /// <summary>Saves one; of the same name, it takes the place of the former.</summary>
    public async Task<Result> SaveAsync(long userId, Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= MaxName && !name.Any(char.IsControl), nameof(Request.Name),
            "filter.name_invalid", $"Give a name of 1 to {MaxName} characters.");
        validation.Require(ListPath().IsMatch(request.Path) && request.Query.Length is > 0 and <= MaxQuery, "",
            "filter.invalid", "This filter cannot be saved.");
        if (validation.Failed)
            return Result.Failure(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await db.Users.Where(row => row.Id == userId).LockedForUpdate().SingleAsync(cancellation); // so two at once are counted
        int others = await db.SavedFilters.CountAsync(
            row => row.UserId == userId && row.Path == request.Path && row.Name != name, cancellation);
        if (others >= MaxPerList)
            return new Error(ErrorKind.Conflict, "filter.too_many",
                $"A list has at most {MaxPerList} saved filters. Remove one first.", nameof(Request.Name));
        await db.ExecuteSqlAsync($"""
            insert into saved_filters (user_id, path, name, query, created_at)
            values ({userId}, {request.Path}, {name}, {request.Query}, {time.GetUtcNow()})
            on conflict (user_id, path, name) do update set query = excluded.query
            """, cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }

    /// <summary>The value is its list; another's is not found.</summary>
    public async Task<Result<SavedFilter>> RemoveAsync(long userId, long id, CancellationToken cancellation)
    {
        var one = db.SavedFilters.Where(row => row.Id == id && row.UserId == userId);
        if (await one.SingleOrDefaultAsync(cancellation) is not { } filter)
            return new Error(ErrorKind.NotFound, "filter.not_found", "This filter no longer exists.");
        await one.DeleteAsync(cancellation);
        return filter;
    }

    [GeneratedRegex("^/admin(/[a-z-]+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex ListPath();
}
