using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>The sections about how customers are billed, pay and are written to. None names another.</summary>
internal sealed class MoneySections(
    SellerSection seller, TaxRateSection taxRates, MailSection mail, GatewaySection gateways, CouponSection coupons,
    ReferralSection referrals)
{
    /// <inheritdoc cref="ApplyRun.EachAsync"/>
    public async Task<Result?> ApplyAsync(DesiredStateDocument document, ApplyRun run) =>
        await run.OneAsync("seller", document.Seller, seller.ApplyAsync)
        ?? await run.EachAsync("taxRates", document.TaxRates, rate => rate.Country, taxRates.ApplyAsync)
        ?? await run.OneAsync("mail", document.Mail, mail.ApplyAsync)
        ?? await run.EachAsync("gateways", document.Gateways, gateway => gateway.Name, gateways.ApplyAsync)
        ?? await run.EachAsync("coupons", document.Coupons, coupon => coupon.Code, coupons.ApplyAsync)
        ?? await run.OneAsync("referrals", document.Referrals, referrals.ApplyAsync);
}
