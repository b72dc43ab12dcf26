using System.CommandLine;
using AtlanticProxy.ControlPlane.Destinations;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>rule remove ID</c>.</summary>
internal sealed class RuleRemove : DatabaseVerb
{
    private readonly Argument<long> _id = new("ID") { Description = "As rule list shows it" };

    public RuleRemove(CommonOptions common) : base(common, "remove", "Permit a destination again") => Add(_id);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        long id = parsed.GetRequiredValue(_id);
        var removed = await services.GetRequiredService<RemoveDestinationRule>().ExecuteAsync(new(id), cancel);
        return removed.IsSuccess ? terminal.Done(new { id }, $"Removed rule {id}") : terminal.Fail(removed);
    }
}
