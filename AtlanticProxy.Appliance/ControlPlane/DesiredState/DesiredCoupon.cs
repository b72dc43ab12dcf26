using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>One of percent, amount and gb says what it gives.</summary>
/// <param name="Code">As customers type it, any case.</param>
/// <param name="Percent">Off the price: 20, or 12.5.</param>
/// <param name="Amount">Off the price, as people write it: 5.00.</param>
/// <param name="Currency">Of the amount.</param>
/// <param name="Gb">On top: 5, or <c>500 MB</c>.</param>
/// <param name="FirstDay">As 2026-12-01 (UTC); left out: the present one stays, and one that is added is good at once.</param>
/// <param name="LastDay">As 2026-12-31 (UTC); left out: no end.</param>
/// <param name="Uses">By all customers together; left out: any number.</param>
/// <param name="UsesEach">By one customer.</param>
internal sealed record DesiredCoupon(
    string Code, decimal? Percent = null, decimal? Amount = null, string? Currency = null, DataSize? Gb = null,
    string? FirstDay = null, string? LastDay = null, int? Uses = null, int UsesEach = 1, bool FirstPurchase = false,
    bool Enabled = true)
{
    public Result<CouponWorth> ReadWorth()
    {
        if (new[] { Percent is not null, Amount is not null, Gb is not null }.Count(given => given) != 1)
            return new Error(ErrorKind.Invalid, "coupon.worth_missing", "Give one of percent, amount and gb.");
        if (Amount is null && Currency is not null)
            return new Error(ErrorKind.Invalid, "coupon.currency_invalid", "An amount has a currency, and nothing else has.",
                nameof(Currency));
        if (Gb is { } size)
            return new CouponWorth(CouponKind.Traffic, size.Bytes, null, nameof(Gb));
        if (Percent is { } percent)
            return CouponWorth.OfPercent(percent) is { } parts
                ? new CouponWorth(CouponKind.Percent, parts, null, nameof(Percent))
                : new Error(ErrorKind.Invalid, "coupon.value_invalid", CouponWorth.PercentRule, nameof(Percent));
        string code = Currency ?? WalletQueries.DefaultCurrency;
        var money = Money.Of(Amount!.Value, code);
        return money.IsSuccess
            ? new CouponWorth(CouponKind.Amount, money.Value.MinorUnits, money.Value.Currency, nameof(Amount))
            : Result.Failure<CouponWorth>(money.AboutField("coupon.value_invalid",
                Money.FindCurrency(code) is null ? nameof(Currency) : nameof(Amount)).Errors);
    }

    /// <summary>The day in one of the fields; null where it is left out.</summary>
    public static Result<DateOnly?> ReadDay(string? text, string field)
    {
        if (text is null)
            return Result.Of<DateOnly?>(null);
        var day = Figures.Day(text);
        return day.IsSuccess
            ? Result.Of<DateOnly?>(day.Value)
            : Result.Failure<DateOnly?>(day.AboutField("coupon.day_invalid", field).Errors);
    }
}

/// <summary>What a coupon gives.</summary>
/// <param name="Value">Hundredths of a percent, minor units, or bytes.</param>
/// <param name="Currency">Of amounts only.</param>
/// <param name="Field">Of the document, that says so.</param>
internal sealed record CouponWorth(CouponKind Kind, long Value, string? Currency, string Field)
{
    private const int MaxPercent = 100;

    public const string PercentRule = "Give a percentage of more than 0 and at most 100, such as 20 or 12.5.";

    /// <summary>In hundredths; null where the percentage cannot be given.</summary>
    public static long? OfPercent(decimal percent) =>
        percent is > 0 and <= MaxPercent && decimal.IsInteger(percent * Invoices.TaxRate.BasisPointsPerPercent)
            ? (long)(percent * Invoices.TaxRate.BasisPointsPerPercent)
            : null;
}
