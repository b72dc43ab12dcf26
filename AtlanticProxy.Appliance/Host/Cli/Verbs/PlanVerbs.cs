using System.CommandLine;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>plan add|set|list|show|withdraw|offer|remove</c>: what customers buy.</summary>
internal static class PlanVerbs
{
    public static Command All(CommonOptions common) => new("plan", "What customers buy")
    {
        new PlanAdd(common), new PlanAddDefaults(common), new PlanSet(common), new PlanList(common),
        new SimpleVerb<PlanSummary>(common, "show", "Show a plan with its limits", Subject.Plan(), (call, plan) =>
            Task.FromResult(call.Terminal.Done(Views.Of(plan), Lines(plan)))),
        SetState(common, "withdraw", "Sell a plan no longer; customers who have it keep it", offered: false),
        SetState(common, "offer", "Sell a withdrawn plan again", offered: true),
        new SimpleVerb<PlanSummary>(common, "remove", "Remove a plan that no customer has", Subject.Plan(), (call, plan) =>
            call.DoneAsync(
            call.Get<RemovePlan>().ExecuteAsync(new(plan.Id), call.Cancel), Views.Of(plan), $"Removed plan {plan.Name}")),
    };

    private static SimpleVerb<PlanSummary> SetState(CommonOptions common, string verb, string description, bool offered) =>
        new(common, verb, description, Subject.Plan(), (call, plan) => call.ChangedAsync(
            call.Get<SetPlanState>().ExecuteAsync(new(plan.Id, offered), call.Cancel),
            async () => Views.Of((await call.Get<PlanQueries>().FindAsync(plan.Id, call.Cancel)).Value),
            $"plan {plan.Name}", offered ? "offered" : "withdrawn"));

    private static IEnumerable<string> Lines(PlanSummary plan)
    {
        var limits = plan.Limits;
        yield return $"Name:                   {plan.Name}";
        yield return $"State:                  {Views.StateOf(plan)}";
        yield return $"Kind:                   {Spelling.Of(plan.Kind)}";
        yield return $"Price:                  {new Money(plan.Price, plan.Currency)}";
        yield return $"Period:                 {new PlanPeriod(limits.PeriodLength, limits.PeriodUnit)}";
        yield return $"Included GB:            {Views.Gb(plan.IncludedBytes)}";
        yield return $"Window:                 {Spelling.Of(limits.QuotaWindow)}";
        yield return $"Pool:                   {plan.PoolName ?? "all providers"}";
        yield return $"Targeting:              {(plan.Includes.Count > 0 ? string.Join(',', plan.Includes) : "-")}";
        yield return $"Max connections:        {Count(limits.MaxConnections)}";
        yield return $"Connections per second: {Count(limits.ConnectionsPerSecond)}";
        yield return $"Requests per minute:    {Count(limits.RequestsPerMinute)}";
        yield return $"Speed up:               {Speed(limits.SpeedUpBytesPerSecond)}";
        yield return $"Speed down:             {Speed(limits.SpeedDownBytesPerSecond)}";
        yield return $"Client addresses:       {Count(limits.MaxClientAddresses)}";
        yield return $"Seats:                  {Count(limits.Seats)}";
        yield return $"Floor:                  {Speed(limits.FloorBytesPerSecond)}";
        foreach (string line in PlanOfferOptions.Lines(plan))
            yield return line;

        static string Count(int? limit) => limit is { } most ? Views.Count(most) : "-";

        static string Speed(long? limit) => limit is { } most ? new DataRate(most).ToString() : "-";
    }

    /// <summary><c>plan add NAME --kind subscription|per-gb|hourly --price A [--currency C] [options]</c>.</summary>
    private sealed class PlanAdd : DatabaseVerb
    {
        private readonly Argument<string> _name = new("NAME");
        private readonly Option<PlanKind?> _kind = Values.Choice<PlanKind>("--kind",
            "What the price is for: a period, a GB, an hour");
        private readonly Option<string?> _currency = new("--currency") { HelpName = "CODE",
            Description = $"ISO 4217; {WalletQueries.DefaultCurrency} if left out" };
        private readonly PlanOptions _options = new();

        public PlanAdd(CommonOptions common) : base(common, "add", "Add a plan")
        {
            _kind.Required = true;
            AddAll(_name, _kind, _currency);
            AddAll(_options.All);
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var price = Money.Of(call.Value(_options.Price) ?? 0, call.Value(_currency) ?? WalletQueries.DefaultCurrency);
            if (!price.IsSuccess)
                return call.Terminal.Fail(price);
            var offer = _options.Offer.Read(call, PlanOffer.Usual, call.Value(_kind)!.Value, price.Value.Currency);
            if (!offer.IsSuccess)
                return call.Terminal.Fail(offer);
            var request = new CreatePlan.Request(
                call.Value(_name), call.Value(_kind)!.Value, price.Value.MinorUnits, price.Value.Currency,
                _options.IncludedBytes(call, null),
                call.Value(_options.Pool), _options.Includes(call), _options.Limits(call, PlanLimits.None),
                offer.Value);
            return await call.DoneAsync(call.Get<CreatePlan>().ExecuteAsync(request, call.Cancel), Views.Of, plan =>
                [$"Created plan {plan.Name}"]);
        }
    }

    /// <summary>
    /// <c>plan set NAME [options of add]</c>: price, traffic and limits for who buys it from now on; pool and targeting for all
    /// who have it.
    /// </summary>
    private sealed class PlanSet : SubjectVerb<PlanSummary>
    {
        private readonly PlanOptions _options;

        public PlanSet(CommonOptions common) : this(common, new PlanOptions()) { }

        private PlanSet(CommonOptions common, PlanOptions options) : base(
            common, "set",
            "Change a plan: price, traffic and limits for who buys it from now on, pool and targeting for all who have it",
            Subject.Plan(), options.All)
        {
            _options = options;
            Aliases.Add("change");
        }

        protected override async Task<int> RunAsync(Call call, PlanSummary plan)
        {
            long price = plan.Price;
            if (call.Value(_options.Price) is { } amount)
            {
                var money = Money.Of(amount, plan.Currency);
                if (!money.IsSuccess)
                    return call.Terminal.Fail(money);
                price = money.Value.MinorUnits;
            }
            var offer = _options.Offer.Read(call, plan.Offer, plan.Kind, plan.Currency);
            if (!offer.IsSuccess)
                return call.Terminal.Fail(offer);
            var changed = await call.Get<ChangePlan>().ExecuteAsync(
                new(plan.Id, price, _options.IncludedBytes(call, plan.IncludedBytes), _options.Limits(call, plan.Limits),
                    offer.Value),
                call.Cancel);
            if (!changed.IsSuccess)
                return call.Terminal.Fail(changed);
            var routed = await call.Get<SetPlanRouting>().ExecuteAsync(
                new(plan.Id, call.Value(_options.Pool) ?? plan.PoolName, _options.Includes(call) ?? plan.Includes), call.Cancel);
            if (!routed.IsSuccess)
                return call.Terminal.Fail(routed);
            var now = await call.Get<PlanQueries>().FindAsync(plan.Id, call.Cancel);
            if (!now.IsSuccess)
                return call.Terminal.Fail(now);
            bool onOtherTerms = changed.Value.VersionId != plan.VersionId;
            return call.Terminal.Done(Views.Of(now.Value),
                onOtherTerms ? $"Changed plan {plan.Name} for who buys it from now on"
                : routed.Value ? $"Changed plan {plan.Name}"
                : $"No changes: plan {plan.Name} has these settings already");
        }
    }

    /// <summary><c>plan add-defaults</c>.</summary>
    private sealed class PlanAddDefaults(CommonOptions common)
        : DatabaseVerb(common, "add-defaults", "Add a set of plans to start from: weekly, monthly and hourly")
    {
        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<AddDefaultPlans>().ExecuteAsync(call.Cancel), added => new { added },
            added => [added.Count > 0
                ? $"Created plans {string.Join(", ", added)}"
                : "No changes: these plans are there already"]);
    }

    /// <summary><c>plan list</c>.</summary>
    private sealed class PlanList(CommonOptions common) : DatabaseVerb(common, "list", "List plans")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<PlanQueries>().ListAsync(call.Cancel), Views.Of,
            ("NAME", p => p.Name), ("KIND", p => Spelling.Of(p.Kind)), ("PRICE", p => new Money(p.Price, p.Currency).ToString()),
            ("INCLUDED GB", p => Views.Gb(p.IncludedBytes)), ("POOL", p => p.PoolName ?? "all providers"),
            ("TARGETING", p => p.Includes.Count > 0 ? string.Join(',', p.Includes) : "-"), ("STATE", Views.StateOf));
    }
}
