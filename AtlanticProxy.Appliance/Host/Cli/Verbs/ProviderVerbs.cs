using System.CommandLine;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>provider add|set|list|show|enable|disable|remove|test|bill</c>: where exits come from.</summary>
internal static class ProviderVerbs
{
    public static Command All(CommonOptions common) => new("provider", "Where exits come from")
    {
        new ProviderAdd(common), new ProviderSet(common), new ProviderList(common),
        new SimpleVerb<ProviderSummary>(common, "show", "Show a provider, without its secrets", Subject.Provider(),
            (call, provider) =>
            Task.FromResult(call.Terminal.Done(View(call, provider), Lines(call, provider)))),
        SetState(common, "enable", "Let a provider take traffic", enabled: true),
        SetState(common, "disable", "Send new connections elsewhere; open tunnels through the provider go on", enabled: false),
        new SimpleVerb<ProviderSummary>(common, "remove", "Remove a provider; the usage it carried stays", Subject.Provider(),
            (call, provider) => call.DoneAsync(
            call.Get<RemoveProvider>().ExecuteAsync(new(provider.Id), call.Cancel), View(call, provider),
            $"Removed provider {provider.Name}")),
        new ProviderTest(common), Bill(common),
    };

    private static SimpleVerb<ProviderSummary> SetState(CommonOptions common, string verb, string description, bool enabled) =>
        new(common, verb, description, Subject.Provider(), (call, provider) => call.ChangedAsync(
            call.Get<SetProviderState>().ExecuteAsync(new(provider.Id, enabled), call.Cancel),
            async () => View(call, (await call.Get<ProviderQueries>().FindAsync(provider.Id, call.Cancel)).Value),
            $"provider {provider.Name}", Views.StateOf(enabled)));

    private static SimpleVerb<ProviderSummary> Bill(CommonOptions common)
    {
        var day = Values.Day("--day", "UTC, for example 2026-11-22");
        day.Required = true;
        var bytes = Values.Option<DataSize>("--bytes", "N",
            "What the provider counted on that day, both directions: bytes, or with a unit as 12.5GB", DataSize.ParseBytes);
        bytes.Required = true;
        var source = new Option<string>("--source")
        {
            HelpName = "TEXT", DefaultValueFactory = _ =>
                EnterProviderBill.ByHand, Description = "Where the count is from: a dashboard, an invoice",
        };
        return new(common, "bill", "Note what a provider says that you bought on a day, for reconcile", Subject.Provider(),
            (call, provider) =>
        {
            var bill = new EnterProviderBill.Request(provider.Id, call.Value(day)!.Value, call.Value(bytes)!.Value.Bytes,
                call.Value(source)!);
            return call.DoneAsync(
                call.Get<EnterProviderBill>().ExecuteAsync(bill, call.Cancel),
                new { provider = provider.Name, bill.Day, bill.Bytes, bill.Source },
                $"{provider.Name} counted {Views.Count(bill.Bytes)} bytes on {Figures.Text(bill.Day)}");
        }, day, bytes, source);
    }

    private static JsonObject View(Call call, ProviderSummary provider) =>
        Views.Of(provider, call.Get<ReconciliationOptions>().Currency);

    private static string CostOf(Call call, ProviderSummary provider) =>
        provider.CostPerGb > 0 ? new Money(provider.CostPerGb, call.Get<ReconciliationOptions>().Currency).ToString() : "-";

    private static string StateOf(ProviderSummary provider) => provider is { Enabled: true, CapReachedUntil: { } until }
        ? $"cap reached until {Views.Minute(until)} UTC" : Views.StateOf(provider.Enabled);

    private static string UsernameOf(ProviderSummary provider) => provider.Username.Length > 0
        ? provider.Username
        : provider.UsernameTemplate;

    private static string EndpointOf(ProviderSummary provider) => provider.Preset == ProviderPreset.List
        ? $"{provider.ExitCount} proxies"
        : provider.Endpoint;

    private static string CapsOf(ProviderSummary provider) => provider is { DailyCapBytes: null, MonthlyCapBytes: null }
        ? "-" : $"{Views.Gb(provider.DailyCapBytes)}/day {Views.Gb(provider.MonthlyCapBytes)}/month";

    private static IEnumerable<string> Lines(Call call, ProviderSummary provider) =>
    [
        $"Name:            {provider.Name}",
        $"State:           {StateOf(provider)}",
        $"Preset:          {provider.Preset}",
        $"Endpoint:        {EndpointOf(provider)}",
        $"Username:        {UsernameOf(provider)}",
        $"Password:        {(provider.HasPassword ? "set" : "-")}",
        $"Countries:       {(provider.Countries.Count > 0 ? string.Join(",", provider.Countries) : "any")}",
        $"Priority:        {provider.Priority}",
        $"Weight:          {provider.Weight}",
        $"Cost of a GB:    {CostOf(call, provider)}",
        $"Caps, GB:        {CapsOf(provider)}",
        $"Max connections: {(provider.MaxConnections is { } most ? Views.Count(most) : "-")}",
    ];

    /// <summary>
    /// <c>provider add NAME [--preset P] [--endpoint URL] ...</c>: without a preset, a provider of the reseller's own.
    /// </summary>
    private sealed class ProviderAdd : DatabaseVerb
    {
        private readonly Argument<string> _name = new("NAME");
        private readonly Option<string?> _preset = Values.Word(
            "--preset", "P", "A known provider; or custom (the default), list, direct",
            [.. ProviderPreset.All.Select(preset => preset.Name)]);
        private readonly ProviderOptions _options;

        public ProviderAdd(CommonOptions common) : base(common, "add", "Add a provider")
        {
            _options = new ProviderOptions(common);
            AddAll(_name, _preset);
            AddAll(_options.All);
            _options.Validate(this);
            Validators.Add(given =>
            {
                // As they were written: a value that is wrong itself is said by its own option.
                string? Written(Option option) => given.GetResult(option) is { Tokens: [var token, ..] } ? token.Value : null;
                if (Written(_preset) is null or ProviderPreset.Custom && Written(_options.Endpoint) is null)
                    given.AddError("Give --endpoint, or a --preset that has one.");
            });
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var settings = await _options.ReadAsync(call,
                new ProviderSettings("") { Preset = call.Value(_preset) ?? ProviderPreset.Custom });
            return settings.IsSuccess
                ? await call.DoneAsync(
                    call.Get<AddProvider>().ExecuteAsync(new(call.Value(_name), settings.Value), call.Cancel),
                    added => View(call, added), added => [$"Added provider {added.Name}"])
                : call.Terminal.Fail(settings);
        }
    }

    /// <summary><c>provider set NAME [options of add]</c>: what is left out stays, the password too.</summary>
    private sealed class ProviderSet : SubjectVerb<ProviderSummary>
    {
        private readonly ProviderOptions _options;

        public ProviderSet(CommonOptions common) : this(common, new ProviderOptions(common)) { }

        private ProviderSet(CommonOptions common, ProviderOptions options)
            : base(common, "set", "Change a provider's settings; what is left out stays", Subject.Provider(), options.All)
        {
            _options = options;
            _options.Validate(this);
        }

        protected override async Task<int> RunAsync(Call call, ProviderSummary provider)
        {
            bool isCustom = provider.Preset == ProviderPreset.Custom;
            var settings = await _options.ReadAsync(call, new ProviderSettings(
                provider.Endpoint, isCustom ? provider.UsernameTemplate : "", Priority: provider.Priority,
                Weight: provider.Weight)
            {
                Preset = provider.Preset, Username = provider.Username, PasswordTemplate = isCustom
                    ? provider.PasswordTemplate
                    : "",
                Countries = provider.Countries, LocalNetworks = provider.LocalNetworks, CostPerGb = provider.CostPerGb,
                DailyCapBytes = provider.DailyCapBytes, MonthlyCapBytes = provider.MonthlyCapBytes,
                MaxConnections = provider.MaxConnections,
            });
            if (!settings.IsSuccess)
                return call.Terminal.Fail(settings);
            var updated = await call.Get<UpdateProvider>().ExecuteAsync(new(provider.Id, settings.Value), call.Cancel);
            if (!updated.IsSuccess)
                return call.Terminal.Fail(updated);
            var now = await call.Get<ProviderQueries>().FindAsync(provider.Id, call.Cancel);
            return now.IsSuccess
                ? call.Terminal.Done(View(call, now.Value), updated.Value
                    ? $"Changed provider {provider.Name}"
                    : $"No changes: provider {provider.Name} has these settings already")
                : call.Terminal.Fail(now);
        }
    }

    /// <summary><c>provider list</c>, in the order in which they are tried; with <c>--json</c>, all but the secrets.</summary>
    private sealed class ProviderList(CommonOptions common)
        : DatabaseVerb(common, "list", "List providers in the order in which they are tried")
    {
        protected override async Task<int> RunAsync(Call call) => call.Terminal.List(
            await call.Get<ProviderQueries>().ListAsync(call.Cancel), provider => View(call, provider),
            ("NAME", p => p.Name), ("PRESET", p => p.Preset), ("ENDPOINT", EndpointOf), ("USERNAME", UsernameOf),
            ("PASSWORD", p => p.HasPassword ? "set" : "-"),
            ("PRIORITY", p => Views.Count(p.Priority)), ("WEIGHT", p => Views.Count(p.Weight)), ("COST/GB", p => CostOf(call, p)),
            ("CAP GB", CapsOf), ("STATE", StateOf));
    }
}
