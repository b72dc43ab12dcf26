using System.CommandLine;
using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.Engine.Requests.Places;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>locations [--country CC] [--search TEXT]</c>: places that exits can be asked for, how, and which providers can serve them.
/// </summary>
internal sealed class Locations : DatabaseVerb
{
    private readonly Option<string?> _country = new("--country") { HelpName = "CC",
        Description = "Code or name of a country: its states, largest cities and networks" };
    private readonly Option<string?> _search = new("--search") { HelpName = "TEXT",
        Description = "Beginning of a name of a country, state or city, or part of a network's holder" };

    public Locations(CommonOptions common)
        : base(common, "locations", "List places that exits can be asked for, and which providers can serve them")
    {
        Add(_country);
        Add(_search);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, parsed, terminal, cancel) = call;
        string country = "";
        if (parsed.GetValue(_country) is { } given)
        {
            if (Gazetteer.FindCountry(given) is not { } known)
                return terminal.Fail($"There is no country '{given}': give its two letters (ISO 3166-1) or its English name.");
            country = known.Code;
        }
        return terminal.List(await services.GetRequiredService<LocationCatalogue>()
            .ListAsync(country, parsed.GetValue(_search) ?? "", cancel),
            ("KIND", l => l.Kind.ToString().ToLowerInvariant()), ("COUNTRY", l => l.Country), ("NAME", l => l.Name),
            ("ASK FOR IT BY", l => l.Targeting),
            ("PROVIDERS", l => l.Providers.Count == 0 ? "-" : string.Join(", ", l.Providers)));
    }
}
