using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Admin.Rules;

/// <summary>Rules in words.</summary>
internal static class RuleWords
{
    public static Phrase Of(DestinationRuleKind kind) => kind switch
    {
        DestinationRuleKind.Port => "Port",
        DestinationRuleKind.Domain => "Domain (this name only)",
        DestinationRuleKind.Suffix => "Domain and all below it",
        DestinationRuleKind.Category => "Category of block lists",
        DestinationRuleKind.Network => "Address or network",
    };

    public static Phrase Of(RuleScope scope) => scope switch
    {
        RuleScope.Everybody => "Everybody",
        RuleScope.Plan => "Customers of a plan",
        RuleScope.Customer => "One customer",
        RuleScope.ProxyUser => "One proxy user",
    };

    /// <summary>"Port 25", "shop.test and all below it".</summary>
    public static Phrase Of(DestinationRuleSummary rule) => rule.Kind switch
    {
        DestinationRuleKind.Port => $"Port {rule.Shown}",
        DestinationRuleKind.Suffix => $"{rule.Shown} and all below it",
        DestinationRuleKind.Category => $"Category {rule.Shown}",
        DestinationRuleKind.Domain or DestinationRuleKind.Network => Phrase.Verbatim(rule.Shown),
    };

    /// <summary>Whom it concerns.</summary>
    public static Phrase WhoseOf(DestinationRuleSummary rule) => rule.Scope switch
    {
        RuleScope.Everybody => "everybody",
        RuleScope.Plan => $"plan {rule.Owner}",
        RuleScope.Customer => Phrase.Verbatim(rule.Owner),
        RuleScope.ProxyUser => $"proxy user {rule.Owner}",
    };
}
