using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>A customer that can be forgotten, or has been removed before.</summary>
/// <param name="IsRemoved">It has no proxy users and logins any more.</param>
/// <param name="Obstacles">What stands in the way, in words; empty: nothing.</param>
public sealed record ForgettableCustomer(long Id, string Email, string Name, bool IsRemoved, IReadOnlyList<Error> Obstacles);

/// <summary>
/// Erases what tells who a customer is, for owners only: the customer is removed, if that has not been done, and its name,
/// addresses, notes, tags, mails, sign-ins, targets and the names of its proxy users are gone, in the audit log too. Invoices and
/// payments stay, since the law wants them, and so do counts of traffic. Nothing may be running or owed.
/// </summary>
public sealed class AnonymiseCustomer(AtlanticDb db, CloseAccount close, RemoveCustomer remove, NoteAct note)
{
    private const string Nobody = "@anonymised.invalid";

    private static readonly Error Done = new(ErrorKind.Conflict, "customer.anonymised", "This customer is anonymised already.");

    /// <param name="Email">Typed by who asks for it: must be the customer's.</param>
    public sealed record Request(long CustomerId, string Email);

    /// <summary>With removed customers.</summary>
    public async Task<Result<ForgettableCustomer>> FindAsync(long id, CancellationToken cancellation) =>
        await DescribeAsync(db.AllCustomers.Where(customer => customer.Id == id), cancellation);

    /// <summary>With removed customers: the last that had the address.</summary>
    public async Task<Result<ForgettableCustomer>> FindByEmailAsync(string email, CancellationToken cancellation)
    {
        string? normal = EmailAddress.Normalise(email);
        return await DescribeAsync(db.AllCustomers.Where(customer => customer.Email == normal)
            .OrderBy(customer => customer.DeletedAt != null).ThenByDescending(customer => customer.Id).Take(1), cancellation);
    }

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: nothing is bought meanwhile.
        var customer = await db.AllCustomers.Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        if (customer.Email.EndsWith(Nobody, StringComparison.Ordinal))
            return Done;
        if (!string.Equals(request.Email.Trim(), customer.Email, StringComparison.OrdinalIgnoreCase))
            return new Error(ErrorKind.Invalid, "customer.email_differs", "This is not the customer's email address.",
                nameof(Request.Email));
        var obstacles = await close.ObstaclesAsync(customer.Id, cancellation);
        if (obstacles.Count > 0)
            return Result.Failure(obstacles);
        if (customer.DeletedAt is null && await remove.RemoveAsync(customer.Id, cancellation) is { IsSuccess: false } refused)
            return Result.Failure(refused.Errors);
        await db.ExecuteSqlAsync($"select erase_customer({customer.Id})", cancellation);
        await note.ExecuteAsync(
            new(AuditChange.Removed, AuditQueries.Anonymised, $"customer {customer.Id}", customer.Id), cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }

    private async Task<Result<ForgettableCustomer>> DescribeAsync(
        IQueryable<Customer> wanted, CancellationToken cancellation)
    {
        if (await wanted.SingleOrDefaultAsync(cancellation) is not { } customer)
            return CustomerQueries.NoSuchCustomer;
        IReadOnlyList<Error> obstacles = customer.Email.EndsWith(Nobody, StringComparison.Ordinal)
            ? [Done]
            : await close.ObstaclesAsync(customer.Id, cancellation);
        return new ForgettableCustomer(customer.Id, customer.Email, customer.Name, customer.DeletedAt is not null, obstacles);
    }
}
