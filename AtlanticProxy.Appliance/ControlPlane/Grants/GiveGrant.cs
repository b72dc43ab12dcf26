using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Grants;

/// <summary>Staff gives a customer something to use.</summary>
public sealed class GiveGrant(AtlanticDb db, TimeProvider time)
{
    /// <summary>A million GB, or two thousand years of minutes: what is beyond is a slip of the hand.</summary>
    private const long MaxAmount = 1_000_000_000_000_000;

    /// <param name="Amount">Bytes, or minutes.</param>
    /// <param name="Until">Null: for good.</param>
    /// <param name="Memo">Shown to the customer.</param>
    public sealed record Request(
        long CustomerId, long Amount, bool InMinutes = false, DateTimeOffset? Until = null, string Memo = "");

    /// <summary>The value is the grant's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string memo = request.Memo.Trim();
        var validation = new Validation();
        validation.Require(request.Amount is > 0 and <= MaxAmount, nameof(Request.Amount), "grant.amount_invalid",
            "Give an amount of more than nothing, and not beyond any use.");
        validation.Require(request.Until is not { } until || until > time.GetUtcNow(), nameof(Request.Until), "grant.over",
            "Give an end that is still to come, or none.");
        validation.Require(memo.Length <= LedgerTransaction.MaxTextLength && !memo.Any(char.IsControl), nameof(Request.Memo),
            "grant.memo_invalid", $"A memo has at most {LedgerTransaction.MaxTextLength} characters.");
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);
        if (!await db.Customers.AnyAsync(c => c.Id == request.CustomerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        string measure = request.InMinutes ? "minutes" : "bytes";
        return await db.ScalarAsync<long>($"""
            select grant_add({request.CustomerId}, {measure}, {request.Amount}, 'staff', null, clock_timestamp(), {request.Until},
                {memo})
            """, cancellation);
    }
}
