using System.CommandLine;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>gateway add|set|list|test|enable|disable|remove</c>: how customers pay.</summary>
internal static class GatewayVerbs
{
    public static Command All(CommonOptions common) => new("gateway", "How customers pay")
    {
        new GatewayAdd(common), new GatewaySet(common), new GatewayList(common),
        SetState(common, "enable", "Offer a gateway to customers", enabled: true),
        SetState(common, "disable", "Offer a gateway no more; payments under way go on", enabled: false),
        new SimpleVerb<GatewaySummary>(common, "test", "Check that a gateway answers and accepts the API key", Subject(),
            (call, gateway) => call.DoneAsync(call.Get<TestGateway>().ExecuteAsync(new(gateway.Id), call.Cancel),
                found => new { gateway = gateway.Name, found }, found => [found])),
        new SimpleVerb<GatewaySummary>(common, "remove", "Remove a gateway; its payments stay", Subject(), (call, gateway) =>
            call.DoneAsync(call.Get<RemoveGateway>().ExecuteAsync(new(gateway.Id), call.Cancel), gateway,
                $"Removed gateway {gateway.Name}")),
    };

    public static Subject<GatewaySummary> Subject()
    {
        var name = new Argument<string>("NAME") { Description = "The gateway" };
        return new(name, call => call.Get<PaymentQueries>().FindGatewayAsync(call.Value(name), call.Cancel));
    }

    private static SimpleVerb<GatewaySummary> SetState(CommonOptions common, string verb, string description, bool enabled) =>
        new(common, verb, description, Subject(), (call, gateway) => call.ChangedAsync(
            call.Get<SetGatewayState>().ExecuteAsync(new(gateway.Id, enabled), call.Cancel),
            () => Task.FromResult<object?>(gateway with { Enabled = enabled }), $"gateway {gateway.Name}",
                Views.StateOf(enabled)));

    /// <summary>What a gateway is reached by. Secrets come from files: arguments are visible to every user of the
    /// machine.</summary>
    private sealed class GatewayOptions
    {
        private readonly Option<string?> _currencies = new("--currencies") { HelpName = "USD,EUR",
            Description = "What it takes" };
        private readonly Option<string?> _apiKey = new("--api-key-file") { HelpName = "FILE",
            Description = "Holds the API key of your account" };
        private readonly Option<string?> _webhookSecret = new("--webhook-secret-file") { HelpName = "FILE",
            Description = "Holds what it signs webhooks with; Paystack signs with the API key" };
        private readonly Option<string?> _url = new("--url") { HelpName = "URL",
            Description = "Of your BTCPay Server; of others a stand-in's, for trials" };
        private readonly Option<string?> _store = new("--store") { HelpName = "ID", Description = "Of BTCPay: the store" };
        private readonly Option<string?> _instructions = new("--instructions") { HelpName = "TEXT",
            Description = "Of banks: where to transfer to" };

        public IEnumerable<Option> All => [_currencies, _apiKey, _webhookSecret, _url, _store, _instructions];

        /// <param name="present">What stands where nothing is said; null of a new one.</param>
        public GatewaySettings Read(Call call, GatewaySummary? present) => new(
            call.Value(_currencies) is { } codes ? Words.Of(codes) : present?.Currencies ?? [],
            Secret(call.Value(_apiKey)), Secret(call.Value(_webhookSecret)), call.Value(_url) ?? present?.BaseUrl ?? "",
            call.Value(_store) ?? present?.Store ?? "", call.Value(_instructions) ?? present?.Instructions ?? "");

        private static string? Secret(string? file)
        {
            if (file is null)
                return null;
            try
            {
                return File.ReadAllText(file).Trim();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"{file} cannot be read: {fault.Message}");
            }
        }
    }

    /// <summary><c>gateway add NAME --kind K --currencies C [options]</c>.</summary>
    private sealed class GatewayAdd : DatabaseVerb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "As customers read it: Card, Bitcoin" };
        private readonly Option<GatewayKind?> _kind = Values.Choice<GatewayKind>("--kind", "What it is");
        private readonly GatewayOptions _options = new();

        public GatewayAdd(CommonOptions common) : base(common, "add", "Add a gateway, which customers can pay by at once")
        {
            _kind.Required = true;
            AddAll(_name, _kind);
            AddAll(_options.All);
        }

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(call.Get<AddGateway>().ExecuteAsync(
            new(call.Value(_kind)!.Value, call.Value(_name), _options.Read(call, null)), call.Cancel), added => added, added =>
            added.Kind == GatewayKind.Bank
                ? [$"Added gateway {added.Name}"]
                : [$"Added gateway {added.Name}", $"Its webhooks go to /webhooks/{Spelling.Of(added.Kind)} of your portal."]);
    }

    /// <summary><c>gateway set NAME [options of add]</c>.</summary>
    private sealed class GatewaySet : SubjectVerb<GatewaySummary>
    {
        private readonly GatewayOptions _options;

        public GatewaySet(CommonOptions common) : this(common, new GatewayOptions()) { }

        private GatewaySet(CommonOptions common, GatewayOptions options)
            : base(common, "set", "Change a gateway; what is left out stays", Subject(), options.All) => _options = options;

        protected override Task<int> RunAsync(Call call, GatewaySummary gateway) => call.ChangedAsync(
            call.Get<UpdateGateway>().ExecuteAsync(new(gateway.Id, _options.Read(call, gateway)), call.Cancel),
            async () => (await call.Get<PaymentQueries>().GatewaysAsync(call.Cancel)).Single(each => each.Id == gateway.Id),
            $"gateway {gateway.Name}", "changed");
    }

    private sealed class GatewayList(CommonOptions common) : DatabaseVerb(common, "list", "List gateways")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<PaymentQueries>().GatewaysAsync(call.Cancel), ("NAME", g => g.Name),
            ("KIND", g => Spelling.Of(g.Kind)), ("CURRENCIES", g => string.Join(',', g.Currencies)),
            ("STATE", g => Views.StateOf(g.Enabled)));
    }
}
