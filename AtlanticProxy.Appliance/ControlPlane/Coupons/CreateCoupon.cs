using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Coupons;

/// <summary>Adds a coupon.</summary>
public sealed class CreateCoupon(AtlanticDb db, TimeProvider time)
{
    /// <param name="Code">As customers type it, any case.</param>
    /// <param name="Value">Hundredths of a percent, minor units, or bytes.</param>
    /// <param name="Currency">Of amounts only; ISO 4217, any case.</param>
    /// <param name="ValidFrom">Null: now.</param>
    /// <param name="ValidUntil">Null: no end.</param>
    /// <param name="MaxRedemptions">By all customers together; null: any number.</param>
    public sealed record Request(
        string Code, CouponKind Kind, long Value, string? Currency = null, DateTimeOffset? ValidFrom = null,
        DateTimeOffset? ValidUntil = null, int? MaxRedemptions = null, int MaxPerCustomer = 1, bool FirstPurchaseOnly = false);

    /// <summary>The value is the coupon's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string code = CouponCode.Normalise(request.Code);
        string? currency = request.Currency is null ? null : Money.FindCurrency(request.Currency);
        var now = time.GetUtcNow();
        var validation = new Validation();
        validation.Require(CouponCode.IsOne(code), nameof(Request.Code), "coupon.code_invalid",
            "A code has 3 to 32 letters, digits and hyphens.");
        validation.Require(request.Value is > 0 and <= Money.MaxAmount
                && (request.Kind != CouponKind.Percent || request.Value <= 100 * TaxRate.BasisPointsPerPercent),
            nameof(Request.Value), "coupon.value_invalid", "Give more than nothing, and at most 100 %.");
        validation.Require((request.Kind == CouponKind.Amount) == (request.Currency is not null)
                && (request.Currency is null || currency is not null),
            nameof(Request.Currency), "coupon.currency_invalid",
                $"An amount has a currency, and nothing else has. {Money.CurrencyRule}");
        CouponRules.Require(validation, request.ValidFrom ?? now, request.ValidUntil, request.MaxRedemptions,
            request.MaxPerCustomer);
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);
        return await db.InsertWithIdUnlessTakenAsync(new Coupon
        {
            Code = code, Kind = request.Kind, Value = request.Value, Currency = currency, ValidFrom = request.ValidFrom ?? now,
            ValidUntil = request.ValidUntil, MaxRedemptions = request.MaxRedemptions, MaxPerCustomer = request.MaxPerCustomer,
            FirstPurchaseOnly = request.FirstPurchaseOnly, Enabled = true, CreatedAt = now,
        }, cancellation) is { } id
            ? id
            : new Error(ErrorKind.Conflict, "coupon.code_taken", $"There is a coupon {code} already.", nameof(Request.Code));
    }
}

/// <summary>Codes as the table has them.</summary>
internal static partial class CouponCode
{
    public static string Normalise(string text) => text.Trim().ToUpperInvariant();

    /// <param name="code">Normalised.</param>
    public static bool IsOne(string code) => Form().IsMatch(code);

    [GeneratedRegex(@"\A[A-Z0-9-]{3,32}\z")]
    private static partial Regex Form();
}
