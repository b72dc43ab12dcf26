using System.CommandLine;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>rule add KIND VALUE [--plan NAME | --customer EMAIL | --proxy-user NAME] [--note TEXT]</c>.</summary>
internal sealed class RuleAdd : DatabaseVerb
{
    private readonly Argument<DestinationRuleKind> _kind = Values.ChoiceArgument<DestinationRuleKind>(
        "KIND",
        "port, domain (one name), suffix (a name and all below it), network (an address, or many) or category (of block lists)");
    private readonly Argument<string> _value =
        new("VALUE") { Description = "A port, a name, an address or network, or a category" };
    private readonly Option<string?> _plan = new("--plan") { HelpName = "NAME",
        Description = "Only for customers that have this plan" };
    private readonly Option<string?> _customer = new("--customer") { HelpName = "EMAIL",
        Description = "Only for this customer" };
    private readonly Option<string?> _proxyUser = new("--proxy-user") { HelpName = "NAME",
        Description = "Only for this proxy user; everybody without any of these" };
    private readonly Option<string?> _note = new("--note") { HelpName = "TEXT", Description = "Why, for your own people" };

    public RuleAdd(CommonOptions common) : base(common, "add", "Forbid a destination")
    {
        Add(_kind);
        Add(_value);
        Add(_plan);
        Add(_customer);
        Add(_proxyUser);
        Add(_note);
        Validators.Add(result =>
        {
            if (new Option[] { _plan, _customer, _proxyUser }.Count(option => result.GetResult(option) is not null) > 1)
                result.AddError("Give at most one of --plan, --customer and --proxy-user.");
        });
    }

    protected override async Task<int> RunAsync(Call call)
    {
        var (scope, name) = call.Value(_plan) is { } plan ? (RuleScope.Plan, plan)
            : call.Value(_customer) is { } customer ? (RuleScope.Customer, customer)
            : call.Value(_proxyUser) is { } user ? (RuleScope.ProxyUser, user) : (RuleScope.Everybody, "");
        var owner = await call.Get<DestinationRuleQueries>().OwnerAsync(scope, name, call.Cancel);
        if (!owner.IsSuccess)
            return call.Terminal.Fail(owner);
        return await call.DoneAsync(call.Get<AddDestinationRule>().ExecuteAsync(
                new(call.Value(_kind), call.Value(_value), owner.Value, call.Value(_note) ?? ""), call.Cancel),
            added => new { id = added.Id, kind = Spelling.Of(added.Kind), value = added.Value },
            added => [$"Added rule {Views.Id(added.Id)}: {Spelling.Of(added.Kind)} {added.Value}"
                + (added.Kind == DestinationRuleKind.Suffix ? ", with every name below it" : "")]);
    }
}
