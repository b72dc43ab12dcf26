using System.CommandLine;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>How a plan is sold, as <c>plan add</c> and <c>plan set</c> take it. What is left out stays as it is.</summary>
internal sealed class PlanOfferOptions
{
    private const string None = "none";

    private readonly Option<string?> _overage = Price("--overage-price", "Of a GB once a subscription's traffic is used up");
    private readonly Option<Limit<DataSize>?> _carryOver = Values.SizeLimit("--carry-over-gb",
        "So much of a period's rest is good in the next one, too");
    private readonly Option<int?> _grace = Values.Count("--grace-days",
        $"So long it goes on when its renewal is unpaid; {PlanOffer.DefaultGraceDays} if never said");
    private readonly Option<Limit<int>?> _trialDays = Values.CountLimit("--trial-days", "How long a trial is");
    private readonly Option<Limit<DataSize>?> _trialGb = Values.SizeLimit("--trial-gb", "What a trial gives");
    private readonly Option<string?> _deposit = Price("--deposit", "To be paid before the first use, and given back");
    private readonly Option<string?> _seat = Price("--seat-price", "Of one more proxy user a period");
    private readonly Option<string?> _topUp = Price("--top-up-price", "Of a GB bought on top of a subscription");
    private readonly Option<string?> _packages = new("--packages") { HelpName = "10=12.00,...",
        Description = "GB or hours of pay as you go with their prices; \"\" for none" };
    private readonly Option<string?> _tiers = new("--tiers") { HelpName = "100=2.50,...",
        Description = "From so many GB or hours on, what one costs; \"\" for none" };
    private readonly Option<string?> _surcharges = new("--surcharges") { HelpName = "city=50,...",
        Description = "Percent that city, state and ASN targeting add to an hour; \"\" for none" };
    private readonly Option<string?> _dialects = new("--dialects") { HelpName = "NAMES",
        Description = $"Protocols that its customers may use, of {string.Join(',', PlanOffer.Usual.DialectNames)}" };
    private readonly Option<Answer?> _api = Values.Choice<Answer>("--api", "Whether its customers may use the API");
    private readonly Option<Answer?> _pausable = Values.Choice<Answer>("--pausable", "Whether its customers may pause");
    private readonly Option<Answer?> _onRequest = Values.Choice<Answer>("--on-request", "Customers cannot buy it: you assign it");
    private readonly Option<Answer?> _hidden = Values.Choice<Answer>("--hidden", "Sold to customers with a link, but not listed");

    public IEnumerable<Option> All =>
        [_overage, _carryOver, _grace, _trialDays, _trialGb, _deposit, _seat, _topUp, _packages, _tiers, _surcharges, _dialects,
            _api, _pausable, _onRequest, _hidden];

    /// <param name="present">What stands where nothing is said.</param>
    public Result<PlanOffer> Read(Call call, PlanOffer present, PlanKind kind, string currency)
    {
        var errors = new List<Error>();
        var offer = present with
        {
            OveragePrice = PriceOf(_overage, present.OveragePrice), Deposit = PriceOf(_deposit, present.Deposit),
            SeatPrice = PriceOf(_seat, present.SeatPrice), TopUpPrice = PriceOf(_topUp, present.TopUpPrice),
            CarryOverBytes = call.Value(_carryOver) is { } rest ? rest.Value?.Bytes : present.CarryOverBytes,
            GraceDays = call.Value(_grace) ?? present.GraceDays,
            TrialDays = call.Value(_trialDays) is { } days ? days.Value : present.TrialDays,
            TrialBytes = call.Value(_trialGb) is { } size ? size.Value?.Bytes : present.TrialBytes,
            Packages = AmountsOf(_packages, present.Packages), Tiers = AmountsOf(_tiers, present.Tiers),
            Api = call.Value(_api) ?? present.Api, Pausable = call.Value(_pausable) ?? present.Pausable,
            OnRequest = call.Value(_onRequest) ?? present.OnRequest, Hidden = call.Value(_hidden) ?? present.Hidden,
        };
        if (call.Value(_dialects) is { } names)
            offer = PlanOffer.DialectsOf(Words.Of(names)) is { } dialects
                ? offer with { Dialects = dialects }
                : Refused(offer, new Error(ErrorKind.Invalid, "plan.dialects_invalid",
                    $"--dialects: give some of {string.Join(", ", PlanOffer.Usual.DialectNames)}."));
        if (call.Value(_surcharges) is { } finer)
        {
            var read = TargetingSurcharges.Parse(finer);
            offer = read.IsSuccess ? offer with { Surcharges = read.Value } : Refused(offer, read.Errors[0]);
        }
        return errors.Count == 0 ? offer : Result.Failure<PlanOffer>(errors);

        long? PriceOf(Option<string?> option, long? otherwise)
        {
            if (call.Value(option) is not { } text)
                return otherwise;
            if (text == None)
                return null;
            var money = Money.Parse(text, currency);
            if (money.IsSuccess)
                return money.Value.MinorUnits;
            errors.AddRange(money.Errors);
            return null;
        }

        IReadOnlyList<PricedAmount> AmountsOf(Option<string?> option, IReadOnlyList<PricedAmount> otherwise)
        {
            if (call.Value(option) is not { } text)
                return otherwise;
            var read = PricedAmount.Parse(text, kind, currency);
            if (read.IsSuccess)
                return read.Value;
            errors.AddRange(read.Errors);
            return otherwise;
        }

        PlanOffer Refused(PlanOffer asItIs, Error error)
        {
            errors.Add(error);
            return asItIs;
        }
    }

    /// <summary>What <c>plan show</c> says of it.</summary>
    public static IEnumerable<string> Lines(PlanSummary plan)
    {
        var offer = plan.Offer;
        yield return $"Overage price:          {Shown(offer.OveragePrice)}";
        yield return $"Carried over GB:        {Views.Gb(offer.CarryOverBytes)}";
        yield return $"Grace:                  {offer.GraceDays} days";
        string trial = offer.TrialDays is { } days ? $"{days} days, {Views.Gb(offer.TrialBytes)} GB" : "-";
        yield return $"Trial:                  {trial}";
        yield return $"Deposit:                {Shown(offer.Deposit)}";
        yield return $"Seat price:             {Shown(offer.SeatPrice)}";
        yield return $"Top-up price:           {Shown(offer.TopUpPrice)}";
        yield return $"Packages:               {Amounts(offer.Packages)}";
        yield return $"Tiers:                  {Amounts(offer.Tiers)}";
        yield return $"Surcharges, %:          {(offer.Surcharges.IsNone ? "-" : offer.Surcharges)}";
        yield return $"Dialects:               {string.Join(',', offer.DialectNames)}";
        yield return $"API:                    {(offer.Api ? "yes" : "no")}";
        yield return $"Pausable:               {(offer.Pausable ? "yes" : "no")}";
        yield return $"Sold:                   {(offer.OnRequest ? "on request" : offer.Hidden ? "hidden" : "to everybody")}";

        string Shown(long? price) => price is { } amount ? new Money(amount, plan.Currency).ToString() : "-";

        string Amounts(IReadOnlyList<PricedAmount> amounts) =>
            amounts.Count > 0 ? PricedAmount.Text(amounts, plan.Kind, plan.Currency) : "-";
    }

    private static Option<string?> Price(string name, string description) => new(name)
    {
        HelpName = "AMOUNT", Description = $"{description}; {None} for not sold",
    };
}
