using System.CommandLine;
using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>provider remove NAME</c>.</summary>
internal sealed class ProviderRemove : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");

    public ProviderRemove(CommonOptions common)
        : base(common, "remove", "Remove a provider; the usage it carried stays") => Add(_name);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var found = await services.GetRequiredService<ProviderQueries>().FindByNameAsync(parsed.GetRequiredValue(_name), cancel);
        if (!found.IsSuccess)
            return terminal.Fail(found);
        var removed = await services.GetRequiredService<RemoveProvider>().ExecuteAsync(new(found.Value.Id), cancel);
        return removed.IsSuccess ? terminal.Done(found.Value, $"Removed provider {found.Value.Name}") : terminal.Fail(removed);
    }
}
