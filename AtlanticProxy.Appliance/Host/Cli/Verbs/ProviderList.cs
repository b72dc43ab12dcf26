using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>provider list</c>, in the order in which they are tried.</summary>
internal sealed class ProviderList(CommonOptions common) : DatabaseVerb(common, "list", "List providers in the order in which they are tried")
{
    protected override async Task<int> RunAsync(IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel) =>
        terminal.List(await services.GetRequiredService<ProviderQueries>().ListAsync(cancel),
            ("NAME", p => p.Name), ("ENDPOINT", p => p.Endpoint), ("USERNAME", p => p.UsernameTemplate), ("PASSWORD", p => p.HasPassword ? "set" : "-"),
            ("PRIORITY", p => p.Priority.ToString(CultureInfo.InvariantCulture)), ("WEIGHT", p => p.Weight.ToString(CultureInfo.InvariantCulture)),
            ("ENABLED", p => p.Enabled ? "yes" : "no"));
}
