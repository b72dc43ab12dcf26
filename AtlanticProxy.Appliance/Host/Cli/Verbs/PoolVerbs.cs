using System.CommandLine;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>A verb that says all of a pool: <c>NAME [--policy P] --member PROVIDER[:TIER[:WEIGHT]] ...</c>.</summary>
internal abstract class PoolSettingVerb : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<PoolPolicy> _policy =
        new("--policy") { Description = "priority: by tier; weighted: by weight over all tiers; cheapest: by cost" };
    private readonly Option<string[]> _members = new("--member")
    {
        Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "PROVIDER[:TIER[:WEIGHT]]",
        Description = "A provider of it; may be repeated. The lowest tier is tried first",
    };

    protected PoolSettingVerb(CommonOptions common, string name, string description) : base(common, name, description)
    {
        Add(_name);
        Add(_policy);
        Add(_members);
        Validators.Add(given =>
        {
            foreach (string member in given.GetValue(_members) ?? [])
                if (PoolMemberSettings.Parse(member) is null)
                    given.AddError($"'{member}' is not PROVIDER[:TIER[:WEIGHT]].");
        });
    }

    protected sealed override Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel) => RunAsync(
        services, parsed.GetRequiredValue(_name),
        new PoolSettings(parsed.GetValue(_policy),
            [.. parsed.GetRequiredValue(_members).Select(member => PoolMemberSettings.Parse(member)!)]), terminal, cancel);

    protected abstract Task<int> RunAsync(
        IServiceProvider services, string name, PoolSettings settings, Terminal terminal, CancellationToken cancel);
}

/// <summary><c>pool add</c>.</summary>
internal sealed class PoolAdd(CommonOptions common)
    : PoolSettingVerb(common, "add", "Add a pool of providers that plans can have")
{
    protected override async Task<int> RunAsync(
        IServiceProvider services, string name, PoolSettings settings, Terminal terminal, CancellationToken cancel)
    {
        var added = await services.GetRequiredService<AddPool>().ExecuteAsync(new(name, settings), cancel);
        return added.IsSuccess ? terminal.Done(added.Value, $"Added pool {added.Value.Name}") : terminal.Fail(added);
    }
}

/// <summary><c>pool set</c>.</summary>
internal sealed class PoolSet(CommonOptions common) : PoolSettingVerb(common, "set", "Replace a pool's policy and providers")
{
    protected override async Task<int> RunAsync(
        IServiceProvider services, string name, PoolSettings settings, Terminal terminal, CancellationToken cancel)
    {
        var queries = services.GetRequiredService<PoolQueries>();
        var found = await queries.FindByNameAsync(name, cancel);
        if (!found.IsSuccess)
            return terminal.Fail(found);
        var updated = await services.GetRequiredService<UpdatePool>().ExecuteAsync(new(found.Value.Id, settings), cancel);
        if (!updated.IsSuccess)
            return terminal.Fail(updated);
        var now = await queries.FindAsync(found.Value.Id, cancel);
        return now.IsSuccess
            ? terminal.Done(now.Value, updated.Value ? $"Changed pool {name}" : $"Pool {name} is so already")
            : terminal.Fail(now);
    }
}

/// <summary><c>pool list</c>.</summary>
internal sealed class PoolList(CommonOptions common) : DatabaseVerb(common, "list", "List pools with their providers")
{
    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel) =>
        terminal.List(await services.GetRequiredService<PoolQueries>().ListAsync(cancel),
            ("NAME", p => p.Name), ("POLICY", p => p.Policy.ToString().ToLowerInvariant()),
            ("PROVIDER:TIER:WEIGHT", p => string.Join(' ', p.Members)),
            ("PLANS", p => p.Plans.Count > 0 ? string.Join(", ", p.Plans) : "-"));
}

/// <summary><c>pool remove NAME</c>.</summary>
internal sealed class PoolRemove : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");

    public PoolRemove(CommonOptions common) : base(common, "remove", "Remove a pool that no plan has") => Add(_name);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var found = await services.GetRequiredService<PoolQueries>().FindByNameAsync(parsed.GetRequiredValue(_name), cancel);
        if (!found.IsSuccess)
            return terminal.Fail(found);
        var removed = await services.GetRequiredService<RemovePool>().ExecuteAsync(new(found.Value.Id), cancel);
        return removed.IsSuccess ? terminal.Done(found.Value, $"Removed pool {found.Value.Name}") : terminal.Fail(removed);
    }
}
