using System.CommandLine;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>rule add|list|remove</c>: where clients may not go.</summary>
internal static class RuleVerbs
{
    public static Command All(CommonOptions common) =>
        new("rule", "Where clients may not go") { new RuleAdd(common), new RuleList(common), new RuleRemove(common) };

    private sealed class RuleList(CommonOptions common) : DatabaseVerb(common, "list", "List the destinations that are forbidden")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<DestinationRuleQueries>().ListAsync(call.Cancel),
            ("ID", r => Views.Id(r.Id)), ("PROXY USER", r => r.ProxyUserName ?? "(everybody)"),
            ("KIND", r => Spelling.Of(r.Kind)), ("VALUE", r => r.Shown));
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
