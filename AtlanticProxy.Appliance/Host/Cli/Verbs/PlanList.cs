using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>plan list</c>.</summary>
internal sealed class PlanList(CommonOptions common) : DatabaseVerb(common, "list", "List plans")
{
    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel) =>
        terminal.List(await services.GetRequiredService<PlanQueries>().ListAsync(cancel),
            ("NAME", p => p.Name), ("KIND", p => PlanKinds.NameOf(p.Kind)),
            ("PRICE (MINOR UNITS)", p => $"{p.Price.ToString(CultureInfo.InvariantCulture)} {p.Currency}"),
            ("INCLUDED GB", p => p.IncludedBytes is { } bytes
                ? (bytes / PlanKinds.BytesPerGb).ToString(CultureInfo.InvariantCulture)
                : "-"),
            ("POOL", p => p.PoolName ?? "all providers"),
            ("TARGETING", p => p.Includes.Count > 0 ? string.Join(',', p.Includes) : "-"),
            ("ACTIVE", p => p.Active ? "yes" : "no"));
}
