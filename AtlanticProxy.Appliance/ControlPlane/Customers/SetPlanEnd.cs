using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>
/// Sets until when a customer's plan is good, or that it is so until further notice. From then on its proxy users are refused,
/// and open tunnels cut, within a second; or admitted again. A plan that is given, or given again, has no end.
/// </summary>
public sealed class SetPlanEnd(AtlanticDb db, TimeProvider time)
{
    /// <summary>What forms and command lines can write, and PostgreSQL keep.</summary>
    private const int LastYear = 9998;

    /// <param name="EndsAt">Null for no end; past, it is over now.</param>
    public sealed record Request(long CustomerId, DateTimeOffset? EndsAt)
    {
        /// <summary>Good for the whole of <paramref name="last"/>, a day in UTC.</summary>
        public static Request Through(long customerId, DateOnly? last) =>
            new(customerId, last is { } day
                ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).AddDays(day.Year > LastYear ? 0 : 1)
                : null);
    }

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (request.EndsAt is { Year: > LastYear or < 2000 })
            return new Error(ErrorKind.Invalid, "customer.plan_end_invalid", $"Give a day from 2000 to {LastYear}.",
                nameof(Request.EndsAt));
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: whoever ends the plans whose time has come may be about to end this one.
        var customer = await db.Customers.Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        if (request.EndsAt is not null && customer.PlanId is null)
            return new Error(ErrorKind.Conflict, "customer.no_plan_to_end", "This customer has no plan that could end.",
                nameof(Request.EndsAt));
        if (customer.PlanEndsAt == request.EndsAt)
            return false;
        bool ended = request.EndsAt <= time.GetUtcNow();
        await db.Customers.Where(c => c.Id == customer.Id)
            .Set(c => c.PlanEndsAt, request.EndsAt).Set(c => c.PlanEnded, ended).UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
