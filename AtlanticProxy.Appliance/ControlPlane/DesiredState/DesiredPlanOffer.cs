using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>How a plan is sold. What is left out is not sold, or as usual. Prices as people write them.</summary>
/// <param name="Dialects">Of http, socks5 and shadowsocks; left out: all.</param>
internal sealed record DesiredPlanOffer(
    decimal? OveragePrice = null, DataSize? CarryOverGb = null, int GraceDays = PlanOffer.DefaultGraceDays, int? TrialDays = null,
    DataSize? TrialGb = null, decimal? Deposit = null, decimal? SeatPrice = null, decimal? TopUpPrice = null, bool Api = true,
    bool Pausable = false, bool OnRequest = false, bool Hidden = false, IReadOnlyList<string>? Dialects = null,
    IReadOnlyList<DesiredPricedAmount>? Packages = null, IReadOnlyList<DesiredPricedAmount>? Tiers = null,
    DesiredSurcharges? Surcharges = null)
{
    public Result<PlanOffer> Read(PlanKind kind, string currency)
    {
        var errors = new List<Error>();
        var dialects = Dialects is null ? PlanOffer.Usual.Dialects : PlanOffer.DialectsOf(Dialects);
        if (dialects is null)
            errors.Add(new Error(ErrorKind.Invalid, "plan.dialects_invalid",
                $"Give some of {string.Join(", ", PlanOffer.Usual.DialectNames)}.", "offer.dialects"));
        var offer = new PlanOffer(PriceOf(OveragePrice, "overagePrice"), CarryOverGb?.Bytes, GraceDays, TrialDays, TrialGb?.Bytes,
            PriceOf(Deposit, "deposit"), PriceOf(SeatPrice, "seatPrice"), PriceOf(TopUpPrice, "topUpPrice"), Api, Pausable,
            OnRequest, Hidden)
        {
            Packages = AmountsOf(Packages, "packages"), Tiers = AmountsOf(Tiers, "tiers"),
            Dialects = dialects ?? PlanOffer.Usual.Dialects,
            Surcharges = Surcharges is { } finer ? new(finer.City, finer.State, finer.Asn) : default,
        };
        return errors.Count == 0 ? offer : Result.Failure<PlanOffer>(errors);

        long? PriceOf(decimal? amount, string field)
        {
            if (amount is not { } given)
                return null;
            var money = Money.Of(given, currency);
            if (!money.IsSuccess)
                errors.AddRange(money.AboutField("plan.price_invalid", $"offer.{field}").Errors);
            return money.IsSuccess ? money.Value.MinorUnits : null;
        }

        IReadOnlyList<PricedAmount> AmountsOf(IReadOnlyList<DesiredPricedAmount>? amounts, string field)
        {
            var read = new List<PricedAmount>();
            foreach (var each in amounts ?? [])
            {
                decimal units = each.Amount * PricedAmount.UnitOf(kind);
                if (units is <= 0 or > long.MaxValue || !decimal.IsInteger(units))
                    errors.Add(new Error(ErrorKind.Invalid, "plan.packages_invalid",
                        $"{Figures.Text(each.Amount)} is not an amount of GB or hours.", $"offer.{field}"));
                else if (PriceOf(each.Price, field) is { } price)
                    read.Add(new PricedAmount((long)units, price));
            }
            return read;
        }
    }
}

/// <summary>Percent of an hour's price.</summary>
internal sealed record DesiredSurcharges(int City = 0, int State = 0, int Asn = 0);

/// <param name="Amount">GB or hours.</param>
/// <param name="Price">Of packages, what so much costs; of tiers, what one costs from so much on.</param>
internal sealed record DesiredPricedAmount(decimal Amount, decimal Price);
