using System.CommandLine;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>rule add|set|list|remove</c>: where clients may not go.</summary>
internal static class RuleVerbs
{
    public static Command All(CommonOptions common) =>
        new("rule", "Where clients may not go")
        {
            new RuleAdd(common), new RuleSet(common), new RuleList(common), new RuleRemove(common),
        };

    private sealed class RuleList(CommonOptions common) : DatabaseVerb(common, "list", "List the destinations that are forbidden")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<DestinationRuleQueries>().ListAsync(call.Cancel),
            ("ID", r => Views.Id(r.Id)), ("FOR", WhoseOf), ("KIND", r => Spelling.Of(r.Kind)), ("VALUE", r => r.Shown),
            ("HITS 7 DAYS", r => Views.Count(r.Hits)), ("NOTE", r => r.Note));

        private static string WhoseOf(DestinationRuleSummary rule) => rule.Scope switch
        {
            RuleScope.Everybody => "(everybody)",
            RuleScope.Plan => $"plan {rule.Plan}",
            RuleScope.Customer => rule.Owner,
            RuleScope.ProxyUser => $"proxy user {rule.Owner}",
        };
    }

    /// <summary><c>rule set ID [--value VALUE] [--note TEXT]</c>.</summary>
    private sealed class RuleSet : DatabaseVerb
    {
        private readonly Argument<long> _id = Values.IdArgument("As rule list shows it");
        private readonly Option<string?> _value = new("--value") { HelpName = "VALUE",
            Description = "What it forbids, of the same kind" };
        private readonly Option<string?> _note = new("--note") { HelpName = "TEXT", Description = "Why, for your own people" };

        public RuleSet(CommonOptions common)
            : base(common, "set", "Change what a rule forbids, or its note; what is left out stays")
        {
            Add(_id);
            Add(_value);
            Add(_note);
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var queries = call.Get<DestinationRuleQueries>();
            var found = await queries.FindAsync(call.Value(_id), call.Cancel);
            if (!found.IsSuccess)
                return call.Terminal.Fail(found);
            var rule = found.Value;
            var owner = await queries.OwnerAsync(rule.Scope, rule.Owner, call.Cancel);
            if (!owner.IsSuccess)
                return call.Terminal.Fail(owner);
            return await call.ChangedAsync(
                call.Get<ChangeDestinationRule>().ExecuteAsync(new(rule.Id, new(
                    rule.Kind, call.Value(_value) ?? rule.Value, owner.Value, call.Value(_note) ?? rule.Note)), call.Cancel),
                async () => (await queries.FindAsync(rule.Id, call.Cancel)).Value, $"rule {Views.Id(rule.Id)}", "changed");
        }
    }

    private sealed class RuleRemove : DatabaseVerb
    {
        private readonly Argument<long> _id = Values.IdArgument("As rule list shows it");

        public RuleRemove(CommonOptions common) : base(common, "remove", "Permit a destination again") => Add(_id);

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<RemoveDestinationRule>().ExecuteAsync(new(call.Value(_id)), call.Cancel), new { id = call.Value(_id) },
            $"Removed rule {Views.Id(call.Value(_id))}");
    }
}
