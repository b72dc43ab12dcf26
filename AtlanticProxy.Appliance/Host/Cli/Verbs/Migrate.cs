using System.CommandLine;
using AtlanticProxy.ControlPlane.Database;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>migrate</c>: brings the schema to this version. <c>serve</c> does so too.</summary>
internal sealed class Migrate : DatabaseVerb
{
    private readonly Option<bool> _check = new("--check")
    {
        Description = "Change nothing; exit code 1 when the schema is not of this version",
    };

    public Migrate(CommonOptions common) : base(common, "migrate", "Bring the database's schema to this version") => Add(_check);

    protected override bool NeedsSchema => false;

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, _, terminal, cancel) = call;
        var migrator = services.GetRequiredService<Migrator>();
        if (call.Value(_check) && await migrator.CheckAsync(cancel) is { } wrong)
            return terminal.Fail(wrong);
        var applied = call.Value(_check) ? [] : await migrator.MigrateAsync(cancel);
        return terminal.Done(applied, applied.Count == 0
            ? ["The schema is up to date."]
            : applied.Select(name => $"Applied {name}"));
    }
}
