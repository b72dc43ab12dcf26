using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Health;

/// <summary>Has nobody be told for a while: of one check, or of all during maintenance. Staff only.</summary>
public sealed class MuteHealth(AtlanticDb db, TimeProvider time)
{
    /// <summary>Whoever wants longer has a check that is of no use to them, or no working appliance.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    /// <summary>Characters.</summary>
    public const int MaxNote = 200;

    /// <param name="Check">Null: every check.</param>
    /// <param name="From">Null: now.</param>
    public sealed record Request(string? Check, DateTimeOffset? From, DateTimeOffset Until, string Note = "");

    /// <summary>The value is its id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var begins = request.From is { } from && from > now ? from : now;
        if (request.Until <= begins)
            return Invalid("mute.ends_before", "The end must come after the beginning, and after now.", nameof(request.Until));
        if (request.Until - begins > Longest)
            return Invalid("mute.too_long", $"Give at most {Longest.TotalDays} days.", nameof(request.Until));
        string note = request.Note.Trim();
        if (note.Length > MaxNote)
            return Invalid("mute.note_too_long", $"Use at most {MaxNote} characters.", nameof(request.Note));
        return await db.InsertWithInt64IdentityAsync(new HealthMute
        {
            CheckName = request.Check, Note = note, BeginsAt = begins, EndsAt = request.Until, CreatedAt = now,
        }, token: cancellation);
    }

    private static Error Invalid(string code, Phrase words, string field) => new(ErrorKind.Invalid, code, words, field);
}

/// <summary>Ends such a time now. Staff only.</summary>
public sealed class EndMute(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(long Id);

    /// <summary>False: it had ended already.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        // One that has not begun never will.
        int ended = await db.HealthMutes.Where(row => row.Id == request.Id && row.EndsAt > now)
            .Set(row => row.BeginsAt, row => row.BeginsAt < now ? row.BeginsAt : now).Set(row => row.EndsAt, now)
            .UpdateAsync(cancellation);
        return ended == 1 || await db.HealthMutes.AnyAsync(row => row.Id == request.Id, cancellation)
            ? ended == 1
            : new Error(ErrorKind.NotFound, "mute.not_found", "There is no such mute.");
    }
}
