using System.CommandLine;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>migrate</c>: brings the schema to this version. <c>serve</c> does so too.</summary>
internal sealed class Migrate(CommonOptions common)
    : DatabaseVerb(common, "migrate", "Bring the database's schema to this version")
{
    protected override bool NeedsSchema => false;

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, _, terminal, cancel) = call;
        var applied = await services.GetRequiredService<Migrator>().MigrateAsync(cancel);
        return terminal.Done(applied, applied.Count == 0
            ? ["The schema is up to date."]
            : applied.Select(name => $"Applied {name}"));
    }
}
