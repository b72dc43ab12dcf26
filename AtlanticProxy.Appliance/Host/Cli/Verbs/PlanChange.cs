using System.CommandLine;
using AtlanticProxy.ControlPlane.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>plan change NAME [--price N] [--included-gb N] [limits]</c>: other terms for who buys it from now on.</summary>
internal sealed class PlanChange : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<long?> _price = new("--price") { HelpName = "N", Description = "In minor units of its currency" };
    private readonly Option<decimal?> _included = new("--included-gb") { HelpName = "N",
        Description = "Traffic that a subscription includes, GB (10^9 bytes); 0 for no bound" };
    private readonly PlanLimitOptions _limits;

    public PlanChange(CommonOptions common)
        : base(common, "change",
            "Sell a plan on other terms from now on; customers who have it keep theirs until it is given to them again")
    {
        Add(_name);
        Add(_price);
        Add(_included);
        _limits = new PlanLimitOptions(this);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var found = await services.GetRequiredService<PlanQueries>().FindByNameAsync(parsed.GetRequiredValue(_name), cancel);
        if (!found.IsSuccess)
            return terminal.Fail(found);
        var plan = found.Value;
        long? included = parsed.GetValue(_included) is { } gb ? (gb == 0 ? null : PlanKinds.BytesOf(gb)) : plan.IncludedBytes;
        var changed = await services.GetRequiredService<ChangePlan>().ExecuteAsync(
            new(plan.Id, parsed.GetValue(_price) ?? plan.Price, included, _limits.Read(parsed, plan.Limits)), cancel);
        if (!changed.IsSuccess)
            return terminal.Fail(changed);
        return terminal.Done(changed.Value, changed.Value.VersionId == plan.VersionId
            ? $"Plan {plan.Name} is so already"
            : $"Changed plan {plan.Name} for who buys it from now on");
    }
}
