using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>rule add KIND VALUE [--proxy-user NAME]</c>.</summary>
internal sealed class RuleAdd : DatabaseVerb
{
    private readonly Argument<DestinationRuleKind> _kind = Values.ChoiceArgument<DestinationRuleKind>(
        "KIND",
        "port, domain (one name), suffix (a name and all below it), network (an address, or many) or category (of block lists)");
    private readonly Argument<string> _value =
        new("VALUE") { Description = "A port, a name, an address or network, or a category" };
    private readonly Option<string?> _proxyUser = new("--proxy-user") { HelpName = "NAME",
        Description = "Only for this proxy user; everybody without it" };

    public RuleAdd(CommonOptions common) : base(common, "add", "Forbid a destination")
    {
        Add(_kind);
        Add(_value);
        Add(_proxyUser);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, parsed, terminal, cancel) = call;
        long? proxyUserId = null;
        if (parsed.GetValue(_proxyUser) is { } name)
        {
            var found = await services.GetRequiredService<ProxyUserQueries>().FindByNameAsync(Scope.Staff, name, cancel);
            if (!found.IsSuccess)
                return terminal.Fail(found);
            proxyUserId = found.Value.Id;
        }
        var (kind, value) = (parsed.GetRequiredValue(_kind), parsed.GetRequiredValue(_value));
        var added = await services.GetRequiredService<AddDestinationRule>().ExecuteAsync(new(kind, value, proxyUserId), cancel);
        return added.IsSuccess
            ? terminal.Done(
                new { id = added.Value.Id, kind = Spelling.Of(added.Value.Kind), value = added.Value.Value },
                $"Added rule {Views.Id(added.Value.Id)}: {Spelling.Of(added.Value.Kind)} {added.Value.Value}"
                    + (added.Value.Kind == DestinationRuleKind.Suffix ? ", with every name below it" : ""))
            : terminal.Fail(added);
    }
}
