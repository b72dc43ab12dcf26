using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>What happens to each customer of an import: the check, the run and the undo.</summary>
public sealed class ImportSteps(AtlanticDb db, ImportBook book, UndoCustomer undo, TimeProvider time)
{
    /// <summary>Customers after which the progress of a check is written down.</summary>
    private const int CheckedAtATime = 20;

    private static readonly Error Refused = new(ErrorKind.Conflict, "import.refused", "The customer is not imported.");

    private const string Unexpected = "This customer could not be imported because of a fault: the log has the details.";

    /// <summary>Adds each customer in a transaction of its own, which is rolled back: locks are short.</summary>
    internal async Task CheckAsync(Import import, ImportReading reading, RowByRow rows, CancellationToken cancellation)
    {
        List<ImportRefusal> refusals = [.. reading.Refusals];
        int done = refusals.Count;
        foreach (var (index, customer) in reading.Customers.Index())
        {
            var outcome = await rows.TryAsync($"check of customer {customer.Email}", () => db.RehearseAsync(
                () => book.AddAsync(customer, import.Id, rehearsal: true, cancellation), cancellation), cancellation);
            refusals.AddRange(RefusalsOf(customer, outcome));
            done += customer.Lines.Count;
            if (index % CheckedAtATime == 0)
                await ProgressAsync(import, done, cancellation);
        }
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await EndAsync(import, ImportState.Checked, cancellation))
        {
            await db.ImportRefusals.Where(refusal => refusal.ImportId == import.Id).DeleteAsync(cancellation);
            await SaveAsync(import, refusals, cancellation);
        }
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Each customer is a transaction: all of its lines or none, whatever becomes of the others.</summary>
    internal async Task RunAsync(Import import, ImportReading reading, RowByRow rows, CancellationToken cancellation)
    {
        int done = reading.Refusals.Count;
        await SaveAsync(import, reading.Refusals, cancellation);
        foreach (var customer in reading.Customers)
        {
            done += customer.Lines.Count;
            ImportOutcome? made = null;
            var kept = await rows.TryAsync($"import of customer {customer.Email}", () => db.TogetherAsync(async () =>
            {
                made = await MakeAsync(import, customer, done, cancellation);
                return made.Refusals.Count == 0 ? Result.Success : Refused;
            }, cancellation), cancellation);
            // It may have been made, and then not been committed.
            if (RefusalsOf(customer, kept is null ? null : made) is { Count: > 0 } refusals)
            {
                await SaveAsync(import, refusals, cancellation);
                await ProgressAsync(import, done, cancellation);
            }
        }
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await EndAsync(import, ImportState.Done, cancellation))
        {
            await db.Imports.Where(row => row.Id == import.Id).Set(row => row.FinishedAt, time.GetUtcNow())
                .UpdateAsync(cancellation);
            await db.ImportFiles.Where(file => file.ImportId == import.Id).DeleteAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Removes the customers that nobody touched, and writes down why others are left.</summary>
    internal async Task UndoAsync(Import import, RowByRow rows, CancellationToken cancellation)
    {
        int done = 0;
        foreach (var customer in await db.ImportCustomers.Where(row => row.ImportId == import.Id).OrderBy(row => row.CustomerId)
            .ToListAsync(cancellation))
        {
            if (customer is { RemovedAt: null })
                await rows.TryAsync($"undo of customer {customer.Email}",
                    () => db.TogetherAsync(() => undo.ExecuteAsync(customer, cancellation), cancellation), cancellation);
            done += customer.Lines;
            await ProgressAsync(import, done, cancellation);
        }
        if (await EndAsync(import, ImportState.Undone, cancellation))
            await db.Imports.Where(row => row.Id == import.Id).Set(row => row.UndoneAt, time.GetUtcNow())
                .UpdateAsync(cancellation);
    }

    /// <summary>Makes the customer, unless this import has made it already.</summary>
    private async Task<ImportOutcome> MakeAsync(
        Import import, ImportedCustomer customer, int done, CancellationToken cancellation)
    {
        // Locked: whoever else does this import waits, and then finds the customer made.
        await db.Imports.Where(row => row.Id == import.Id).LockedForUpdate().SingleAsync(cancellation);
        var before = await db.ImportCustomers.SingleOrDefaultAsync(
            row => row.ImportId == import.Id && row.Email == customer.Email, cancellation);
        if (before is not null)
            return new ImportOutcome(before.CustomerId, []);
        var made = await book.AddAsync(customer, import.Id, rehearsal: false, cancellation);
        if (made.Refusals.Count > 0)
            return made;
        long entry = await db.ScalarAsync<long>($"""
            select coalesce(max(id), 0) from audit_entries where customer_id = {made.CustomerId}
            """, cancellation);
        await db.InsertAsync(new ImportCustomerRow
        {
            CustomerId = made.CustomerId, ImportId = import.Id, Email = customer.Email, Lines = customer.Lines.Count,
            AuditEntryId = entry,
        }, token: cancellation);
        await ProgressAsync(import, done, cancellation);
        return made;
    }

    /// <param name="outcome">Null: it threw.</param>
    private static IReadOnlyList<ImportRefusal> RefusalsOf(ImportedCustomer customer, ImportOutcome? outcome)
    {
        var wrong = outcome?.Refusals ?? [new ImportRefusal(customer.Lines[0], customer.Email, "", Unexpected)];
        return wrong.Count == 0 ? [] : ImportReading.WithSiblings(customer.Email, customer.Lines, wrong);
    }

    private Task<int> ProgressAsync(Import import, int linesDone, CancellationToken cancellation) =>
        db.Imports.Where(row => row.Id == import.Id).Set(row => row.LinesDone, linesDone).UpdateAsync(cancellation);

    /// <summary>Whether this step ends now; not where another has ended it already.</summary>
    private async Task<bool> EndAsync(Import import, ImportState next, CancellationToken cancellation) =>
        await db.Imports.Where(row => row.Id == import.Id && row.State == import.State).Set(row => row.State, next)
            .Set(row => row.LinesDone, row => row.Lines).UpdateAsync(cancellation) == 1;

    private Task<int> SaveAsync(Import import, IReadOnlyCollection<ImportRefusal> refusals, CancellationToken cancellation)
    {
        int[] lines = [.. refusals.Select(refusal => refusal.Line)];
        // A cell may have what no text of the database can.
        string[] emails = [.. refusals.Select(refusal => Shown(refusal.Email))];
        string[] fields = [.. refusals.Select(refusal => refusal.Field)];
        string[] reasons = [.. refusals.Select(refusal => Shown(refusal.Reason))];
        return db.ExecuteSqlAsync($"""
            insert into import_refusals (import_id, line, email, field, reason)
            select {import.Id}, line, email, field, reason
            from unnest({lines}, {emails}, {fields}, {reasons}) refused(line, email, field, reason)
            on conflict (import_id, line) do update set field = excluded.field, reason = excluded.reason
            """, cancellation);
    }

    private static string Shown(string text) => string.Concat(text.Where(c => !char.IsControl(c)));
}
