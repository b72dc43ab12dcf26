using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// An amount with its price: of packages, what so much costs; of volume tiers, what one GB or hour costs from so much on.
/// </summary>
/// <param name="Amount">Bytes or minutes.</param>
/// <param name="Price">Minor units.</param>
public readonly record struct PricedAmount(long Amount, long Price)
{
    /// <summary>Enough for any shop window.</summary>
    internal const int MaxCount = 20;

    internal static IReadOnlyList<PricedAmount> Of(long[] amounts, long[] prices) =>
        [.. amounts.Zip(prices, (amount, price) => new PricedAmount(amount, price))];

    /// <summary>Reads what <see cref="Text"/> writes: <c>10=12.00,25=27.00</c>, amounts in GB or hours.</summary>
    public static Result<IReadOnlyList<PricedAmount>> Parse(string text, PlanKind kind, string currency)
    {
        var read = new List<PricedAmount>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            var amount = Figures.Number(sides[0]);
            var price = sides.Length == 2 ? Money.Parse(sides[1], currency) : NotPriced(part);
            if (!amount.IsSuccess || !price.IsSuccess)
                return Result.Failure<IReadOnlyList<PricedAmount>>(!amount.IsSuccess ? amount.Errors : price.Errors);
            decimal units = amount.Value * UnitOf(kind);
            if (units < 0 || units > long.MaxValue || !decimal.IsInteger(units))
                return Result.Failure<IReadOnlyList<PricedAmount>>(NotPriced(part).Errors);
            read.Add(new PricedAmount((long)units, price.Value.MinorUnits));
        }
        return read;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public static string Text(IEnumerable<PricedAmount> amounts, PlanKind kind, string currency) => string.Join(',',
        amounts.Select(each => $"{Figures.Text(each.Amount / UnitOf(kind))}={new Money(each.Price, currency).Amount}"));

    /// <summary>Bytes of a GB, minutes of an hour.</summary>
    public static decimal UnitOf(PlanKind kind) => kind == PlanKind.Hourly ? 60 : 1_000_000_000;

    private static Result<Money> NotPriced(string part) => new Error(ErrorKind.Invalid, "plan.packages_invalid",
        $"'{part}' is not an amount and its price, as in 10=12.00.");
}
