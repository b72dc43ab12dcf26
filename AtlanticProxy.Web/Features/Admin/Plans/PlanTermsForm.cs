using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Plans;

/// <summary>
/// How a plan is sold, as its form has it: <see cref="PlanOffer"/> with prices as people write them, traffic in GB (10^9 bytes),
/// packages and tiers as text. A price of 0 or none is not sold.
/// </summary>
internal sealed record PlanTermsForm
{
    /// <summary>Whether the form had the terms: boxes that are not ticked are not sent.</summary>
    public bool HasTerms { get; init; }

    public decimal? OveragePrice { get; init; }
    public DataSize? CarryOverGb { get; init; }
    public int? GraceDays { get; init; }
    public int? TrialDays { get; init; }
    public DataSize? TrialGb { get; init; }
    public decimal? Deposit { get; init; }
    public decimal? SeatPrice { get; init; }
    public decimal? TopUpPrice { get; init; }
    public string? Packages { get; init; }
    public string? Tiers { get; init; }
    public string? Surcharges { get; init; }
    public string[]? Dialects { get; init; }
    public bool Api { get; init; }
    public bool Pausable { get; init; }
    public bool OnRequest { get; init; }
    public bool Hidden { get; init; }

    public static PlanTermsForm Of(PlanOffer offer, PlanKind kind, string currency) => new()
    {
        HasTerms = true,
        OveragePrice = Number(offer.OveragePrice, currency),
        CarryOverGb = Size(offer.CarryOverBytes),
        GraceDays = offer.GraceDays,
        TrialDays = offer.TrialDays,
        TrialGb = Size(offer.TrialBytes),
        Deposit = Number(offer.Deposit, currency),
        SeatPrice = Number(offer.SeatPrice, currency),
        TopUpPrice = Number(offer.TopUpPrice, currency),
        Packages = PricedAmount.Text(offer.Packages, kind, currency),
        Tiers = PricedAmount.Text(offer.Tiers, kind, currency),
        Surcharges = offer.Surcharges.ToString(),
        Dialects = offer.DialectNames,
        Api = offer.Api,
        Pausable = offer.Pausable,
        OnRequest = offer.OnRequest,
        Hidden = offer.Hidden,
    };

    /// <summary>All that cannot be read is said at once, each with its field.</summary>
    public Result<PlanOffer> ToOffer(PlanKind kind, string currency)
    {
        var errors = new List<Error>();
        T? Read<T>(string field, Result<T> read)
        {
            errors.AddRange(read.Errors.Select(error => error with { Field = field }));
            return read.IsSuccess ? read.Value : default;
        }
        long? Price(string field, decimal? typed) =>
            typed is { } amount ? Read(field, Money.Of(amount, currency)).MinorUnits : null;
        IReadOnlyList<PricedAmount> Amounts(string field, string? typed) =>
            Read(field, PricedAmount.Parse(typed ?? "", kind, currency)) ?? [];

        var offer = new PlanOffer(
            Price(nameof(OveragePrice), OveragePrice), CarryOverGb?.Bytes, GraceDays ?? PlanOffer.DefaultGraceDays, TrialDays,
            TrialGb?.Bytes, Price(nameof(Deposit), Deposit), Price(nameof(SeatPrice), SeatPrice),
            Price(nameof(TopUpPrice), TopUpPrice), Api, Pausable, OnRequest, Hidden)
        {
            Packages = Amounts(nameof(Packages), Packages), Tiers = Amounts(nameof(Tiers), Tiers),
            Surcharges = Read(nameof(Surcharges), TargetingSurcharges.Parse(Surcharges ?? "")),
            Dialects = PlanOffer.DialectsOf(Dialects ?? []) ?? default,
        };
        return errors.Count > 0 ? Result.Failure<PlanOffer>(errors) : offer;
    }

    public IReadOnlyList<FormFact> Facts =>
    [
        new("Price after the traffic", $"{OveragePrice}"), new("Carry over", $"{CarryOverGb}"), new("Grace", $"{GraceDays}"),
        new("Trial", $"{TrialDays} {TrialGb}".Trim()), new("Deposit", $"{Deposit}"), new("Price of a seat", $"{SeatPrice}"),
        new("Top-up", $"{TopUpPrice}"), new("Packages", Packages), new("Tiers", Tiers),
        new("Finer targeting", Surcharges),
        new("Protocols", string.Join(", ", Dialects ?? [])), new("API", YesOrNo(Api)), new("Pausable", YesOrNo(Pausable)),
        new("On request", YesOrNo(OnRequest)), new("Hidden", YesOrNo(Hidden)),
    ];

    /// <summary>The form's name for a field of the offer.</summary>
    public static string FieldOf(string field) => field switch
    {
        nameof(PlanOffer.CarryOverBytes) => nameof(CarryOverGb),
        nameof(PlanOffer.TrialBytes) => nameof(TrialGb),
        _ => field,
    };

    private static string YesOrNo(bool value) => T[value ? "yes" : "no"];

    private static decimal? Number(long? price, string currency) => price is { } units ? new Money(units, currency).Number : null;

    private static DataSize? Size(long? bytes) => bytes is { } count ? new DataSize(count) : null;
}

/// <param name="Kind">Null while it is not chosen: the terms of every kind are shown.</param>
internal sealed record PlanTermsPart(PlanTermsForm Form, PlanKind? Kind, string Currency)
{
    public bool IsSubscription => Kind is null or PlanKind.Subscription;

    public bool IsByTheHour => Kind is null or PlanKind.Hourly;

    public bool IsPayAsYouGo => Kind is not PlanKind.Subscription;

    /// <summary>A price's label with its currency, where that is known.</summary>
    public Phrase Priced(Phrase label) => Kind is null ? label : (Phrase)$"{label}, {Currency}";
}
