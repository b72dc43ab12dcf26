using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Notes and tags of the staff's own: customers see neither.</summary>
public sealed class NoteCustomer(AtlanticDb db, TimeProvider time)
{
    /// <summary>Two pages of text.</summary>
    public const int MaxWords = 4000;

    /// <summary>As many as fit a row of the list.</summary>
    public const int MaxTags = 10;

    public const int MaxTagLength = 30;

    private static readonly Error NoSuchNote = new(ErrorKind.NotFound, "customer.note_not_found", "There is no such note.");

    /// <param name="Author">Email of who writes it.</param>
    public sealed record NoteRequest(long CustomerId, string Author, string Words);

    public async Task<Result> AddAsync(NoteRequest request, CancellationToken cancellation)
    {
        string words = request.Words.Trim();
        var validation = new Validation();
        validation.Require(words.Length > 0, nameof(NoteRequest.Words), "customer.note_empty", "Write a note.");
        validation.Require(words.Length <= MaxWords, nameof(NoteRequest.Words), "customer.note_too_long",
            $"Write at most {MaxWords} characters.");
        if (validation.Failed)
            return Result.Failure(validation.Errors);
        if (!await db.Customers.AnyAsync(customer => customer.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        await db.InsertAsync(new CustomerNote
        {
            CustomerId = request.CustomerId, Author = request.Author, Words = words, CreatedAt = time.GetUtcNow(),
        }, token: cancellation);
        return Result.Success;
    }

    public async Task<Result> RemoveAsync(long customerId, long noteId, CancellationToken cancellation) =>
        await db.CustomerNotes.Where(note => note.CustomerId == customerId && note.Id == noteId).DeleteAsync(cancellation) == 1
            ? Result.Success
            : NoSuchNote;

    /// <summary>The newest first.</summary>
    public Task<List<CustomerNoteSummary>> NotesAsync(long customerId, CancellationToken cancellation) =>
        db.CustomerNotes.Where(note => note.CustomerId == customerId).OrderByDescending(note => note.Id)
            .Select(note => new CustomerNoteSummary(note.Id, note.Author, note.Words, note.CreatedAt)).ToListAsync(cancellation);

    /// <summary>In the order they were written, as the page's field has them.</summary>
    public async Task<IReadOnlyList<string>> TagsAsync(long customerId, CancellationToken cancellation) =>
        await db.Customers.Where(customer => customer.Id == customerId).Select(customer => customer.Tags)
            .SingleOrDefaultAsync(cancellation) ?? [];

    /// <summary>Replaces the tags: words with commas between them, any case.</summary>
    public async Task<Result<IReadOnlyList<string>>> TagAsync(long customerId, string typed, CancellationToken cancellation)
    {
        string[] tags = [.. typed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(tag => tag.ToLowerInvariant()).Distinct()];
        var validation = new Validation();
        validation.Require(tags.Length <= MaxTags, "Tags", "customer.too_many_tags", $"Give at most {MaxTags} tags.");
        validation.Require(tags.All(tag => tag.Length <= MaxTagLength && !tag.Any(char.IsControl)), "Tags",
            "customer.tag_invalid", $"A tag has at most {MaxTagLength} characters.");
        if (validation.Failed)
            return Result.Failure<IReadOnlyList<string>>(validation.Errors);
        return await db.Customers.Where(customer => customer.Id == customerId).Set(customer => customer.Tags, tags)
            .UpdateAsync(cancellation) == 1
                ? Result.Of<IReadOnlyList<string>>(tags)
                : CustomerQueries.NoSuchCustomer;
    }
}
