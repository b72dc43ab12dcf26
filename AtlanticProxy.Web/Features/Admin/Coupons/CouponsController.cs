using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Coupons;

internal sealed record CouponsPage(Page<CouponSummary> Coupons, Listing Listing);

/// <summary>A coupon as its form has it.</summary>
/// <param name="Value">Percent, an amount of money, or GB, as <paramref name="Kind"/> says.</param>
/// <param name="LastDay">Included, UTC; null for no end.</param>
internal sealed record CouponForm(
    string? Code, CouponKind Kind, decimal? Value, string? Currency, DateOnly? LastDay, int? MaxRedemptions, int? MaxPerCustomer,
    bool FirstPurchaseOnly);

/// <summary>Codes that give percent, money or traffic.</summary>
[Reads(Area.Prices), Route("/admin/coupons")]
internal sealed class CouponsController(CouponQueries coupons) : PortalController
{
    /// <summary>Hundredths of a percent in one percent.</summary>
    private const int BasisPointsPerPercent = 100;

    /// <summary>10^9, as traffic is sold.</summary>
    private const decimal BytesPerGb = 1_000_000_000;

    [HttpGet]
    public async Task<IActionResult> List(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, search: search);
        var found = await coupons.ListAsync(request, cancellation);
        return View("List", new CouponsPage(found,
            new Listing("/admin/coupons", request.Search, found.Number, found.Size, found.Total, "Search code")));
    }

    [HttpGet("new"), Writes(Area.Prices)]
    public IActionResult New() => View("Form", new CouponForm(null, CouponKind.Percent, null, null, null, null, 1, false));

    [HttpPost("new"), Writes(Area.Prices)]
    public async Task<IActionResult> Add(CouponForm form, [FromServices] CreateCoupon create, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => Task.FromResult<IActionResult>(View("Form", form));
        long? value = ValueOf(form);
        if (value is null || !ModelState.IsValid)
            return await RetryAsync(Again);
        var request = new CreateCoupon.Request(form.Code ?? "", form.Kind, value.Value,
            form.Kind == CouponKind.Amount ? form.Currency : null, null, CouponRules.EndOf(form.LastDay), form.MaxRedemptions,
            form.MaxPerCustomer ?? 1, form.FirstPurchaseOnly);
        return await AnswerAsync(await create.ExecuteAsync(request, cancellation),
            _ => Back("The coupon is added: customers can use it now."), Again);
    }

    [HttpPost("{id:long}/stop"), Writes(Area.Prices)]
    public async Task<IActionResult> Stop(long id, [FromServices] SetCouponState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetCouponState.Request(id, false), cancellation),
            _ => Back("The coupon is stopped. Checkouts that have it keep it."));

    [HttpPost("{id:long}/resume"), Writes(Area.Prices)]
    public async Task<IActionResult> Resume(long id, [FromServices] SetCouponState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetCouponState.Request(id, true), cancellation), _ => Back("The coupon goes on."));

    protected override string FieldOf(string field) => field == nameof(CreateCoupon.Request.ValidUntil)
        ? nameof(CouponForm.LastDay)
        : field;

    /// <summary>In the coupon's own unit; null after saying what is wrong.</summary>
    private long? ValueOf(CouponForm form)
    {
        if (form.Kind == CouponKind.Amount)
        {
            if (Money.FindCurrency(form.Currency ?? "") is null)
                Refuse(nameof(form.Currency), Money.CurrencyRule);
            return MinorUnitsOf(nameof(form.Value), form.Value, form.Currency, "Give an amount, such as 5.00.");
        }
        if (ModelState[nameof(form.Value)] is { Errors.Count: > 0 })
            return null;
        var (unit, limit) = form.Kind == CouponKind.Percent ? (BasisPointsPerPercent, 100m) : (BytesPerGb, 1_000_000m);
        if (form.Value is { } typed && typed > 0 && typed <= limit && decimal.IsInteger(typed * unit))
            return (long)(typed * unit);
        Refuse(nameof(form.Value), form.Kind == CouponKind.Percent
            ? "Give a percentage of more than 0 and at most 100, such as 20 or 12.5."
            : "Give GB of more than 0 and at most 1000000, such as 5.");
        return null;
    }

    /// <summary>What a coupon gives.</summary>
    public static string WordsOf(CouponSummary coupon) => coupon.Kind switch
    {
        CouponKind.Percent => Shell.Format.Percent(Figures.Text((decimal)coupon.Value / BasisPointsPerPercent)),
        CouponKind.Amount => new Money(coupon.Value, coupon.Currency ?? "").ToString(),
        CouponKind.Traffic => Shell.Format.BytesText(coupon.Value),
    };

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/coupons", words);
}
