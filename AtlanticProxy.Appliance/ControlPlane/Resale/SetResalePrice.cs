using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// Puts a line into a reseller's price list, or another price into it. A price under the floor is refused.
/// </summary>
public sealed class SetResalePrice(AtlanticDb db, TimeProvider time)
{
    /// <summary>More than anybody reads.</summary>
    public const int MaxLines = 20;

    private const long Gb = 1_000_000_000, MaxBytes = 1_000_000 * Gb;

    private static readonly Error Full = new(ErrorKind.Conflict, "resale.prices_full",
        $"A price list has at most {MaxLines} lines. Remove one first.");

    /// <param name="ResellerId">Whose list it is.</param>
    /// <param name="Price">Minor units of the reseller's currency, for all of these bytes.</param>
    public sealed record Request(long ResellerId, long Bytes, long Price);

    /// <summary>The value is the line.</summary>
    public async Task<Result<ResaleOffer>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        validation.Require(request.Bytes is > 0 and <= MaxBytes, nameof(Request.Bytes), "resale.amount_invalid",
            "Enter a number of GB, such as 10.");
        validation.Require(request.Price is > 0 and <= Money.MaxPrice, nameof(Request.Price), "resale.price_invalid",
            "Give a price of more than nothing.");
        if (validation.Failed)
            return Result.Failure<ResaleOffer>(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.HoldSellerAsync(request.ResellerId, cancellation))
            return ResaleRules.NotReseller;
        string currency = (await db.Resellers.SingleAsync(row => row.CustomerId == request.ResellerId, cancellation)).Currency;
        if (await db.FloorOfAsync(request.ResellerId, cancellation) is { } floor && IsUnder(floor, request.Bytes, request.Price))
            return new Error(ErrorKind.Invalid, "resale.price_under_floor",
                $"Your floor is {new Money(floor, currency)} a GB: give at least "
                    + $"{new Money(LeastOf(floor, request.Bytes), currency)} for that.", nameof(Request.Price));
        var lines = await db.ResalePrices.Where(row => row.CustomerId == request.ResellerId).ToListAsync(cancellation);
        if (lines.Find(row => row.Bytes == request.Bytes) is { } line)
        {
            line.Price = request.Price;
            await db.UpdateAsync(line, token: cancellation);
        }
        else if (lines.Count >= MaxLines)
            return Full;
        else
        {
            line = new ResalePrice
            {
                CustomerId = request.ResellerId, Bytes = request.Bytes, Price = request.Price, CreatedAt = time.GetUtcNow(),
            };
            line.Id = await db.InsertWithInt64IdentityAsync(line, token: cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return new ResaleOffer(line.Id, line.Bytes, line.Price, currency);
    }

    /// <summary>Whether a price for so many bytes is below a floor a GB.</summary>
    internal static bool IsUnder(long floor, long bytes, long price) => (Int128)price * Gb < (Int128)floor * bytes;

    private static long LeastOf(long floor, long bytes) => (long)((((Int128)floor * bytes) + Gb - 1) / Gb);
}

/// <summary>Takes a line out of a reseller's price list.</summary>
public sealed class RemoveResalePrice(AtlanticDb db)
{
    private static readonly Error NoSuchPrice = new(ErrorKind.NotFound, "resale.price_not_found", "There is no such price.");

    public sealed record Request(long ResellerId, long Id);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation) =>
        await db.ResalePrices.Where(row => row.Id == request.Id && row.CustomerId == request.ResellerId)
            .DeleteAsync(cancellation) > 0 ? Result.Success : NoSuchPrice;
}
