using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace AtlanticProxy.Web.Api;

/// <summary>What of the pages somebody must be allowed, for a scope to do anything.</summary>
/// <param name="Words">What it is, for people who choose scopes.</param>
/// <param name="Customers">The policy of a customer's people; null: it is nothing for them.</param>
/// <param name="Area">Of the admin pages; null: among the staff, it is for owners alone.</param>
internal sealed record ScopeRight(Phrase Words, string? Customers, Area? Area, Access Access);

/// <summary>
/// The one table of what a token may. A request needs the scope, and its owner needs the right, by their role at that moment.
/// </summary>
internal static class ScopeRights
{
    /// <summary>For operations that any token may use.</summary>
    public const string AnyToken = "api";

    public static ScopeRight Of(TokenScope scope) => scope switch
    {
        TokenScope.ProxyUsersRead => new("See proxy users", Policies.Connectors, Area.Customers, Access.Read),
        TokenScope.ProxyUsersWrite =>
            new("Create, change and delete proxy users", Policies.Connectors, Area.Customers, Access.Write),
        TokenScope.UsageRead => new("See usage", Policies.Customers, Area.Customers, Access.Read),
        TokenScope.LocationsRead => new("See locations", Policies.Watchers, Area.Customers, Access.Read),
        TokenScope.CustomersRead => new("See customers", null, Area.Customers, Access.Read),
        TokenScope.CustomersWrite => new("Create, change, suspend and delete customers", null, Area.Customers, Access.Write),
        TokenScope.CustomersSignIn => new("Make links that sign customers in", null, null, Access.Write),
        TokenScope.ActivityRead => new("See connections", Policies.Watchers, Area.Customers, Access.Read),
        TokenScope.WebhooksRead => new("See webhooks and their deliveries", Policies.Connectors, null, Access.Read),
        TokenScope.WebhooksWrite => new("Create, change and delete webhooks", Policies.Connectors, null, Access.Write),
        TokenScope.AuditRead => new("See who changed what", Policies.Leads, Area.Audit, Access.Read),
        TokenScope.NetworkRead => new("See providers and pools", null, Area.Network, Access.Read),
        TokenScope.NetworkWrite => new("Switch providers on and off", null, Area.Network, Access.Write),
        TokenScope.RulesRead => new("See destination rules", null, Area.Rules, Access.Read),
        TokenScope.RulesWrite => new("Create and delete destination rules", null, Area.Rules, Access.Write),
        TokenScope.JobsRead => new("See jobs", null, Area.Operations, Access.Read),
        TokenScope.JobsWrite => new("Start jobs", null, Area.Operations, Access.Write),
        TokenScope.PlansRead => new("See plans", Policies.Payers, Area.Plans, Access.Read),
        TokenScope.PlansWrite => new("Create, change and withdraw plans", null, Area.Plans, Access.Write),
        TokenScope.BillingRead =>
            new("See subscriptions, orders, invoices and balances", Policies.Payers, Area.Money, Access.Read),
        TokenScope.BillingWrite =>
            new("Change subscriptions, orders and balances", Policies.Payers, Area.Money, Access.Write),
        TokenScope.ProxyUsersSecrets =>
            new("See passwords of proxy users, in APIs of vendors", Policies.Connectors, Area.Customers, Access.Write),
    };

    /// <summary>Whether the role of who is signed in, or of a token's owner, lets them use it.</summary>
    public static bool MayUse(ClaimsPrincipal user, TokenScope scope)
    {
        var right = Of(scope);
        return user.IsStaff
            ? right.Area is { } area ? user.Rights.Allows(area, right.Access) : user.IsOwner
            : right.Customers is { } policy && user.May(policy);
    }

    public static bool Has(ClaimsPrincipal user, TokenScope scope) =>
        user.HasClaim(BearerHandler.ScopeClaim, TokenScopes.NameOf(scope));

    public static void AddPolicies(AuthorizationOptions options)
    {
        options.AddPolicy(AnyToken, policy => policy.RequireClaim(BearerHandler.TokenClaim));
        foreach (var scope in Enum.GetValues<TokenScope>())
            options.AddPolicy(PolicyOf(scope), policy => policy.RequireClaim(BearerHandler.TokenClaim)
                .RequireAssertion(context => Has(context.User, scope) && MayUse(context.User, scope)));
    }

    /// <summary>Has an operation be for tokens with the scope.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder operation, TokenScope scope) =>
        operation.RequireAuthorization(PolicyOf(scope)).WithMetadata(new NeededScope(scope));

    private static string PolicyOf(TokenScope scope) => $"api {TokenScopes.NameOf(scope)}";
}

/// <summary>The scope that an operation needs.</summary>
internal sealed record NeededScope(TokenScope Scope);
