using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>provider list</c>, in the order in which they are tried; with <c>--json</c>, all but the secrets.</summary>
internal sealed class ProviderList(CommonOptions common)
    : DatabaseVerb(common, "list", "List providers in the order in which they are tried")
{
    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel) =>
        terminal.List(await services.GetRequiredService<ProviderQueries>().ListAsync(cancel),
            ("NAME", p => p.Name), ("PRESET", p => p.Preset),
            ("ENDPOINT", p => p.Preset == ProviderPreset.List ? $"{p.ExitCount} proxies" : p.Endpoint),
            ("USERNAME", p => p.Username.Length > 0 ? p.Username : p.UsernameTemplate),
            ("PASSWORD", p => p.HasPassword ? "set" : "-"),
            ("PRIORITY", p => Text(p.Priority)), ("WEIGHT", p => Text(p.Weight)),
            ("COST/GB", p => p.CostPerGb > 0 ? Text(p.CostPerGb) : "-"),
            ("CAP GB", p => p.DailyCapBytes is null && p.MonthlyCapBytes is null
                ? "-"
                : $"{Cap(p.DailyCapBytes)}/day {Cap(p.MonthlyCapBytes)}/month"),
            ("STATE", p => !p.Enabled
                ? "disabled"
                : p.CapReachedUntil is { } until
                ? $"cap reached until {until:u}"
                : "enabled"));

    private static string Cap(long? bytes) => bytes is { } cap ? Text(cap / PlanKinds.BytesPerGb) : "-";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
