using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// Reserves traffic of a reseller's grants for one of its customers, in the order in which the reseller would use them itself.
/// It ends with the grants that it is of, or before.
/// </summary>
public sealed class SellTraffic(AtlanticDb db, TimeProvider time)
{
    /// <summary>A million GB: what is beyond is a slip of the hand.</summary>
    private const long MaxBytes = 1_000_000_000_000_000;

    private static readonly Error NotEnough = new(ErrorKind.Conflict, "resale.not_enough",
        "There is not so much left in your stock.", nameof(Request.Bytes));

    /// <param name="Scope">Staff, or the reseller whose customer it is.</param>
    /// <param name="Until">From then on what is unused goes back; null: as long as the reseller has it.</param>
    public sealed record Request(Scope Scope, long CustomerId, long Bytes, DateTimeOffset? Until = null);

    /// <summary>The value is the bytes.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var sold = await SellAsync(request, cancellation);
        if (sold.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return sold;
    }

    /// <summary>The same in the caller's transaction.</summary>
    internal async Task<Result<long>> SellAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        validation.Require(request.Bytes is > 0 and <= MaxBytes, nameof(Request.Bytes), "resale.amount_invalid",
            "Enter a number of GB, such as 0.5.");
        validation.Require(request.Until is not { } until || until > time.GetUtcNow(), nameof(Request.Until), "resale.over",
            "Choose an end that is still to come, or none.");
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);
        bool mayResell = await db.HoldSellerOfAsync(request.CustomerId, cancellation);
        if (!await db.Customers.SoldBy(request.Scope).AnyAsync(row => row.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        if (!mayResell)
            return ResaleRules.NotReseller;
        long moved = await db.ScalarAsync<long>($"""
            select resale_reserve({request.CustomerId}, {request.Bytes}, {request.Until}, clock_timestamp())
            """, cancellation);
        return moved == request.Bytes ? moved : NotEnough; // rolled back
    }
}
