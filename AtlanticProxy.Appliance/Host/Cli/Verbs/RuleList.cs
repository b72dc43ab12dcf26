using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Destinations;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>rule list</c>.</summary>
internal sealed class RuleList(CommonOptions common) : DatabaseVerb(common, "list", "List the destinations that are forbidden")
{
    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel) =>
        terminal.List(await services.GetRequiredService<DestinationRuleQueries>().ListAsync(cancel),
            ("ID", r => r.Id.ToString(CultureInfo.InvariantCulture)), ("PROXY USER", r => r.ProxyUserName ?? "(everybody)"),
            ("KIND", r => r.Kind.ToString()), ("VALUE", r => r.Value));
}
