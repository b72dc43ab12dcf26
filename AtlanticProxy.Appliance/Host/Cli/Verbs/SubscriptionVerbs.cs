using System.CommandLine;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>subscription list|show|cancel|keep|end|change|pause|resume</c>, and <c>order list|cancel</c>.</summary>
internal static class SubscriptionVerbs
{
    public static Command All(CommonOptions common)
    {
        var credit = new Option<bool>("--credit") { Description = "What is unused of the period goes to the wallet" };
        var plan = new Argument<string>("PLAN") { Description = "The plan to change to; its own takes a change back" };
        var now = new Option<bool>("--now") { Description = "At once, with what is unused credited; else at the period's end" };
        return new("subscription", "What customers have bought, period by period")
        {
            new SubscriptionList(common),
            Verb(common, "show", "Show a customer's subscription", (call, it) =>
                Task.FromResult(call.Terminal.Done(View(it), Lines(it)))),
            Verb(common, "cancel", "Cancel a subscription at its period's end; an unpaid one ends at once", (call, it) =>
                ChangedAsync(call, it, call.Get<CancelSubscription>().ExecuteAsync(new(Scope.Staff, it.Id), call.Cancel),
                    "cancelled")),
            Verb(common, "keep", "Take a cancellation back", (call, it) => ChangedAsync(call, it,
                call.Get<CancelSubscription>().ExecuteAsync(new(Scope.Staff, it.Id, Withdraw: true), call.Cancel), "kept")),
            Verb(common, "end", "End a subscription now", (call, it) => call.DoneAsync(
                call.Get<CancelSubscription>().EndNowAsync(it.Id, call.Value(credit), call.Cancel),
                amount => new { customer = it.Email, credited = new Money(amount, it.Currency).Amount, it.Currency },
                amount => [$"Ended the subscription of {it.Email}: {new Money(amount, it.Currency)} credited"]), credit),
            Verb(common, "change", "Move a subscription to another plan", async (call, it) =>
            {
                var to = await call.Get<PlanQueries>().FindByNameAsync(call.Value(plan), call.Cancel);
                return to.IsSuccess
                    ? await DoneAsync(call, call.Get<ChangeSubscription>().ExecuteAsync(
                        new(Scope.Staff, it.Id, to.Value.Id, call.Value(now)), call.Cancel))
                    : call.Terminal.Fail(to);
            }, plan, now),
            Verb(common, "pause", "Stop a subscription with its clock", (call, it) => DoneAsync(call,
                call.Get<PauseSubscription>().ExecuteAsync(new(Scope.Staff, it.Id), call.Cancel))),
            Verb(common, "resume", "Let a paused subscription go on", (call, it) => DoneAsync(call,
                call.Get<PauseSubscription>().ExecuteAsync(new(Scope.Staff, it.Id, Resume: true), call.Cancel))),
        };
    }

    public static Command Orders(CommonOptions common) =>
        new("order", "What customers want to buy") { new OrderList(common), new OrderCancel(common) };

    /// <summary><c>customer grant EMAIL [--gb N] [--minutes N] [--until DAY] [--memo TEXT]</c>.</summary>
    public static Command Grant(CommonOptions common)
    {
        var gb = Values.Size("--gb", "Traffic: 5, or 500MB");
        var minutes = Values.Count("--minutes", "Time, in place of traffic", 1);
        var until = Values.Day("--until", "The last day (UTC) on which it is good; for good if left out");
        var memo = new Option<string?>("--memo") { HelpName = "TEXT", Description = "Shown to the customer" };
        return new SimpleVerb<CustomerSummary>(common, "grant", "Give a customer traffic or time, which is used first",
            Subject.Customer(), (call, customer) =>
        {
            bool inMinutes = call.Value(minutes) is not null;
            var request = new GiveGrant.Request(customer.Id, call.Value(minutes) ?? call.Value(gb)?.Bytes ?? 0, inMinutes,
                call.Value(until) is { } last ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null,
                call.Value(memo) ?? "");
            return call.DoneAsync(call.Get<GiveGrant>().ExecuteAsync(request, call.Cancel),
                id => new { id, customer = customer.Email, request.Amount, request.InMinutes, request.Until, request.Memo },
                _ => [$"Gave {customer.Email} {(inMinutes ? $"{request.Amount} minutes" : $"{Views.Gb(request.Amount)} GB")}"]);
        }, gb, minutes, until, memo);
    }

    private static SimpleVerb<SubscriptionSummary> Verb(
        CommonOptions common, string name, string description, Func<Call, SubscriptionSummary, Task<int>> run,
        params IEnumerable<Symbol> more)
    {
        var email = new Argument<string>("EMAIL") { Description = "The customer's email address" };
        return new(common, name, description, new(email, async call =>
        {
            var customer = await call.Get<CustomerQueries>().FindByEmailAsync(call.Value(email), call.Cancel);
            if (!customer.IsSuccess)
                return Result.Failure<SubscriptionSummary>(customer.Errors);
            return await call.Get<SubscriptionQueries>().RunningAsync(Scope.Staff, customer.Value.Id, call.Cancel) is { } running
                ? running
                : new Error(ErrorKind.NotFound, "subscription.none", $"{customer.Value.Email} has no subscription.");
        }), run, more);
    }

    private static Task<int> DoneAsync(Call call, Task<Result<SubscriptionSummary>> change) =>
        call.DoneAsync(change, View, Lines);

    private static Task<int> ChangedAsync(Call call, SubscriptionSummary it, Task<Result<bool>> change, string done) =>
        call.ChangedAsync(change, async () => View((await call.Get<SubscriptionQueries>().FindAsync(Scope.Staff, it.Id,
            call.Cancel)).Value), $"the subscription of {it.Email}", done);

    private static JsonObject View(SubscriptionSummary it) => Terminal.View(it,
        ("price", new Money(it.Price, it.Currency).Amount), ("owed", new Money(it.Owed, it.Currency).Amount));

    private static IEnumerable<string> Lines(SubscriptionSummary it)
    {
        yield return $"Customer:   {it.Email}";
        string next = it.NextPlan is { } plan ? $"; then {plan}" : "";
        yield return $"Plan:       {it.Plan}, {new Money(it.Price, it.Currency)}{next}";
        yield return $"State:      {Spelling.Of(it.State)}{(it.CancelAtEnd ? ", cancelled at the period's end" : "")}";
        yield return $"Period:     {Views.Minute(it.PeriodStart)} to {Views.Minute(it.PeriodEnd)}";
        yield return $"Seats:      {it.ExtraSeats} more";
        yield return $"Owed:       {new Money(it.Owed, it.Currency)}";
    }

    private sealed class SubscriptionList : DatabaseVerb
    {
        private readonly Option<SubscriptionState?> _state = Values.Choice<SubscriptionState>("--state", "Only those");

        public SubscriptionList(CommonOptions common) : base(common, "list", "List subscriptions, the newest first") =>
            Add(_state);

        protected override async Task<int> RunAsync(Call call)
        {
            var page = await call.Get<SubscriptionQueries>().ListAsync(Scope.Staff, call.Value(_state),
                new PageRequest(size: PageRequest.MaxSize), call.Cancel);
            return call.Terminal.List(page.Items, View, ("CUSTOMER", s => s.Email), ("PLAN", s => s.Plan),
                ("PRICE", s => new Money(s.Price, s.Currency).ToString()), ("STATE", s => Spelling.Of(s.State)),
                ("UNTIL", s => Views.Minute(s.PeriodEnd)), ("OWED", s => new Money(s.Owed, s.Currency).ToString()));
        }
    }

    private sealed class OrderList(CommonOptions common) : DatabaseVerb(common, "list", "List orders, the newest first")
    {
        protected override async Task<int> RunAsync(Call call)
        {
            var page = await call.Get<SubscriptionQueries>().OrdersAsync(Scope.Staff, null,
                new PageRequest(size: PageRequest.MaxSize), call.Cancel);
            return call.Terminal.List(page.Items, order => Terminal.View(order,
                    ("total", new Money(order.Total, order.Currency).Amount),
                    ("deposit", new Money(order.Deposit, order.Currency).Amount),
                    ("missing", new Money(order.Missing, order.Currency).Amount)),
                ("ID", o => Views.Id(o.Id)), ("CUSTOMER", o => o.Email), ("KIND", o => Spelling.Of(o.Kind)),
                    ("PLAN", o => o.Plan),
                ("TOTAL", o => new Money(o.Total, o.Currency).ToString()), ("STATE", o => Spelling.Of(o.State)),
                ("SINCE", o => Views.Minute(o.CreatedAt)));
        }
    }

    private sealed class OrderCancel : DatabaseVerb
    {
        private readonly Argument<long> _id = Values.IdArgument("As order list shows it");

        public OrderCancel(CommonOptions common)
            : base(common, "cancel", "Cancel an open order; money paid for it stays in the wallet") =>
            Add(_id);

        protected override Task<int> RunAsync(Call call) => call.ChangedAsync(
            call.Get<CancelOrder>().ExecuteAsync(new(Scope.Staff, call.Value(_id)), call.Cancel),
            () => Task.FromResult<object?>(new { id = call.Value(_id) }), $"order {Views.Id(call.Value(_id))}", "cancelled");
    }
}
