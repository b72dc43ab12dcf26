using System.CommandLine;
using AtlanticProxy.ControlPlane.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>plan set NAME [--pool P] [--includes country,city,asn]</c>: its pool, of all who have the plan at once, and what targeting
/// it includes for who buys it from now on.
/// </summary>
internal sealed class PlanSet : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<string?> _pool = new("--pool") { HelpName = "NAME",
        Description = "The pool that its customers go out through; \"\" for all providers" };
    private readonly Option<string?> _includes = IncludesOption();

    public PlanSet(CommonOptions common) : base(common, "set", "Change a plan's pool, or the targeting that it includes")
    {
        Add(_name);
        Add(_pool);
        Add(_includes);
    }

    internal static Option<string?> IncludesOption() => new("--includes")
    {
        HelpName = "RIGHTS",
        Description =
        $"Targeting that it includes, of {string.Join(',', TargetingRight.All.Select(right => right.Name))}; \"\" for none. A "
            + "new plan includes all",
    };

    /// <summary>Null when the option was left out.</summary>
    internal static string[]? RightsOf(string? text) => text is null ? null : ProviderAdd.Words(text);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var queries = services.GetRequiredService<PlanQueries>();
        var found = await queries.FindByNameAsync(parsed.GetRequiredValue(_name), cancel);
        if (!found.IsSuccess)
            return terminal.Fail(found);
        var plan = found.Value;
        var set = await services.GetRequiredService<SetPlanRouting>().ExecuteAsync(
            new(plan.Id, parsed.GetValue(_pool) ?? plan.PoolName, RightsOf(parsed.GetValue(_includes)) ?? plan.Includes), cancel);
        if (!set.IsSuccess)
            return terminal.Fail(set);
        var now = await queries.FindByNameAsync(plan.Name, cancel);
        return now.IsSuccess
            ? terminal.Done(now.Value, set.Value ? $"Changed plan {plan.Name}" : $"Plan {plan.Name} is so already")
            : terminal.Fail(now);
    }
}
