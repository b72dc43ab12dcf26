using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// Takes what a customer has not used of its reseller's traffic back to the reseller's grants. What open connections may use now
/// stays, as does what the customer reserved for its own proxy users and customers.
/// </summary>
public sealed class ReturnTraffic(AtlanticDb db)
{
    /// <param name="Scope">Staff, or the reseller whose customer it is.</param>
    public sealed record Request(Scope Scope, long CustomerId);

    /// <summary>The value is the bytes that came back.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        await db.HoldSellerOfAsync(request.CustomerId, cancellation);
        if (!await db.Customers.SoldBy(request.Scope).AnyAsync(row => row.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        long returned = await db.ScalarAsync<long>(
            $"select resale_return({request.CustomerId}, clock_timestamp())", cancellation);
        await transaction.CommitAsync(cancellation);
        return returned;
    }
}

/// <summary>
/// Gives back to resellers what their customers did not use in time, while the grants that it is of are still good.
/// </summary>
public sealed class ReturnResold(AtlanticDb db, TimeProvider time, ILogger<ReturnResold> log) : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = new RowByRow(db, log);
        var now = time.GetUtcNow();
        int returned = 0;
        foreach (var due in await db.QueryAsync<Due>($"select customer_id, email from resale_ended({now})", cancellation))
            await rows.DoAsync($"The traffic of {due.Email}", async () =>
            {
                long bytes = await db.ScalarAsync<long>($"select resale_return_ended({due.CustomerId}, {now})", cancellation);
                returned += bytes > 0 ? 1 : 0;
                return true; // shares may have gone back to their customer
            }, cancellation);
        return new JobReport($"Traffic of {returned} customers returned", rows.Failures);
    }

    private sealed record Due(long CustomerId, string Email);
}
