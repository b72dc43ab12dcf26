using System.CommandLine;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>coupon add|set|list|enable|disable</c>.</summary>
internal static class CouponVerbs
{
    public static Command All(CommonOptions common) => new("coupon", "Discounts and extra traffic")
    {
        new CouponAdd(common), new CouponSet(common), new CouponList(common),
        SetState(common, "enable", "Let a coupon be used again", true),
        SetState(common, "disable", "Let nobody use a coupon any more", false),
    };

    private static SimpleVerb<CouponSummary> SetState(CommonOptions common, string name, string description, bool enabled) =>
        new(common, name, description, Subject(), (call, coupon) => call.ChangedAsync(
            call.Get<SetCouponState>().ExecuteAsync(new(coupon.Id, enabled), call.Cancel),
            () => Task.FromResult<object?>(coupon with { Enabled = enabled }), $"coupon {coupon.Code}", Views.StateOf(enabled)));

    private static Subject<CouponSummary> Subject()
    {
        var code = new Argument<string>("CODE") { Description = "As customers type it" };
        return new(code, call => call.Get<CouponQueries>().FindByCodeAsync(call.Value(code), call.Cancel));
    }

    private static string WorthOf(CouponSummary coupon) => coupon.Kind switch
    {
        CouponKind.Percent => $"{Figures.Text(coupon.Value / 100m)} %",
        CouponKind.Amount => new Money(coupon.Value, coupon.Currency!).ToString(),
        CouponKind.Traffic => $"{Views.Gb(coupon.Value)} GB",
    };

    /// <summary><c>coupon add CODE --percent N|--amount A --currency C|--gb N [--until DAY] [--uses N] [...]</c>.</summary>
    private sealed class CouponAdd : DatabaseVerb
    {
        private readonly Argument<string> _code = new("CODE") { Description = "As customers type it; any case" };
        private readonly Option<decimal?> _percent = Values.Amount("--percent", "Off the price: 20, or 12.5");
        private readonly Option<decimal?> _amount = Values.Amount("--amount", "Off the price, in --currency");
        private readonly Option<string?> _currency = new("--currency") { HelpName = "CODE", Description = "ISO 4217" };
        private readonly Option<DataSize?> _gb = Values.Size("--gb", "Traffic on top: 5, or 500MB");
        private readonly Option<DateOnly?> _until = Values.Day("--until", "The last day (UTC)");
        private readonly Option<int?> _uses = Values.Count("--uses", "In all; no bound if left out", 1);
        private readonly Option<int?> _each = Values.Count("--uses-each", "Of one customer; 1 if left out", 1);
        private readonly Option<bool> _first = new("--first-purchase") { Description = "Only for a first purchase" };

        public CouponAdd(CommonOptions common) : base(common, "add", "Add a coupon: a percentage, an amount, or traffic")
        {
            AddAll(_code, _percent, _amount, _currency, _gb, _until, _uses, _each, _first);
            Validators.Add(given =>
            {
                if (new Option[] { _percent, _amount, _gb }.Count(option => given.GetResult(option) is not null) != 1)
                    given.AddError("Give one of --percent, --amount and --gb.");
            });
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var (kind, value) = (CouponKind.Traffic, call.Value(_gb)?.Bytes ?? 0);
            if (call.Value(_percent) is { } percent)
                (kind, value) = (CouponKind.Percent, (long)(percent * 100));
            else if (call.Value(_amount) is { } amount)
            {
                var money = Money.Of(amount, call.Value(_currency) ?? WalletQueries.DefaultCurrency);
                if (!money.IsSuccess)
                    return call.Terminal.Fail(money);
                (kind, value) = (CouponKind.Amount, money.Value.MinorUnits);
            }
            var request = new CreateCoupon.Request(call.Value(_code), kind, value,
                kind == CouponKind.Amount ? call.Value(_currency) ?? WalletQueries.DefaultCurrency : null,
                ValidUntil: CouponRules.EndOf(call.Value(_until)),
                MaxRedemptions: call.Value(_uses), MaxPerCustomer: call.Value(_each) ?? 1, FirstPurchaseOnly: call.Value(_first));
            return await call.DoneAsync(call.Get<CreateCoupon>().ExecuteAsync(request, call.Cancel),
                id => new { id, request.Code, request.Kind, request.Value, request.Currency },
                _ => [$"Created coupon {request.Code.Trim().ToUpperInvariant()}"]);
        }
    }

    /// <summary><c>coupon set CODE [--until DAY] [--uses N] [--uses-each N] [--first-purchase yes|no]</c>.</summary>
    private sealed class CouponSet : SubjectVerb<CouponSummary>
    {
        private readonly Option<Limit<DateOnly>?> _until = Values.DayLimit("--until", "The last day (UTC)");
        private readonly Option<Limit<int>?> _uses = Values.CountLimit("--uses", "In all");
        private readonly Option<int?> _each = Values.Count("--uses-each", "Of one customer", 1);
        private readonly Option<Answer?> _first = Values.Choice<Answer>("--first-purchase", "Only for a first purchase");

        public CouponSet(CommonOptions common)
            : base(common, "set", "Change when and how often a coupon can be used; what is left out stays",
                CouponVerbs.Subject()) => AddAll(_until, _uses, _each, _first);

        protected override Task<int> RunAsync(Call call, CouponSummary coupon) => call.ChangedAsync(
            call.Get<ChangeCoupon>().ExecuteAsync(new(coupon.Id, coupon.ValidFrom,
                call.Value(_until) is { } until ? CouponRules.EndOf(until.Value) : coupon.ValidUntil,
                call.Value(_uses) is { } uses ? uses.Value : coupon.MaxRedemptions,
                call.Value(_each) ?? coupon.MaxPerCustomer,
                call.Value(_first) ?? coupon.FirstPurchaseOnly), call.Cancel),
            async () => (await call.Get<CouponQueries>().FindByCodeAsync(coupon.Code, call.Cancel)).Value,
            $"coupon {coupon.Code}", "changed");
    }

    private sealed class CouponList(CommonOptions common) : DatabaseVerb(common, "list", "List coupons")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            (await call.Get<CouponQueries>().ListAsync(new PageRequest(size: PageRequest.MaxSize), call.Cancel)).Items,
            ("CODE", c => c.Code), ("WORTH", WorthOf), ("USED", c => Views.Count(c.Used)),
            ("OF", c => c.MaxRedemptions is { } most ? Views.Count(most) : "-"),
            ("UNTIL", c => c.ValidUntil is { } end ? Views.Day(end.AddTicks(-1)) : "-"),
                ("STATE", c => Views.StateOf(c.Enabled)));
    }
}
