using System.CommandLine;
using AtlanticProxy.ControlPlane.Plans;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>plan add NAME --kind subscription|per-gb|hourly --price N --currency C [--included-gb N] [--pool P] [--includes
/// country,city] [limits]</c>.
/// </summary>
internal sealed class PlanAdd : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<string> _kind = new("--kind") { Required = true,
        Description = "What the price is for: a period, a GB, an hour" };
    private readonly Option<long> _price = new("--price") { HelpName = "N",
        Description = "In minor units of the currency: 999 is 9.99" };
    private readonly Option<string> _currency = new("--currency") { HelpName = "CODE", DefaultValueFactory = _ =>
        "USD", Description = "ISO 4217" };
    private readonly Option<decimal?> _included = new("--included-gb") { HelpName = "N",
        Description = "Traffic that a subscription includes, GB (10^9 bytes), as in 0.5" };
    private readonly Option<string?> _pool = new("--pool") { HelpName = "NAME",
        Description = "The pool that its customers go out through; all providers without it" };
    private readonly Option<string?> _includes = PlanSet.IncludesOption();
    private readonly PlanLimitOptions _limits;

    public PlanAdd(CommonOptions common) : base(common, "add", "Add a plan")
    {
        _kind.AcceptOnlyFromAmong([.. PlanKinds.Names.Keys]);
        Add(_name);
        Add(_kind);
        Add(_price);
        Add(_currency);
        Add(_included);
        Add(_pool);
        Add(_includes);
        _limits = new PlanLimitOptions(this);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var created = await services.GetRequiredService<CreatePlan>().ExecuteAsync(
            new(parsed.GetRequiredValue(_name), PlanKinds.Names[parsed.GetRequiredValue(_kind)], parsed.GetValue(_price),
                parsed.GetRequiredValue(_currency),
                PlanKinds.BytesOf(parsed.GetValue(_included)), parsed.GetValue(_pool),
                PlanSet.RightsOf(parsed.GetValue(_includes)),
                _limits.Read(parsed, PlanLimits.None)),
            cancel);
        return created.IsSuccess ? terminal.Done(created.Value, $"Created plan {created.Value.Name}") : terminal.Fail(created);
    }
}
