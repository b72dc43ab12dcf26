using System.ComponentModel.DataAnnotations;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Destinations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A destination that is forbidden: to everybody, to a plan's customers, to one customer or to one proxy user.</summary>
/// <param name="Value">A port, a name, a category of the block lists, or a network in CIDR form.</param>
/// <param name="Plan">Its name; null: it is not of a plan.</param>
/// <param name="Customer">Its address; null: it is not of a customer.</param>
/// <param name="ProxyUser">Its name; null: it is not of a proxy user.</param>
/// <param name="Hits">Refusals of the last seven days (UTC) and today, at least.</param>
internal sealed record RuleBody(
    PublicId<OfRule> Id, DestinationRuleKind Kind, string Value, string? Plan, string? Customer, string? ProxyUser, string Note,
    long Hits, DateTimeOffset CreatedAt) : IExample<RuleBody>
{
    public static RuleBody Example => new(new(6), DestinationRuleKind.Suffix, "example.com", null, null, null, "Abuse report 114",
        42, ExampleTime.Noon);

    public static RuleBody Of(DestinationRuleSummary rule) => new(new(rule.Id), rule.Kind, rule.Value, rule.Plan, rule.Customer,
        rule.ProxyUserName, rule.Note, rule.Hits, rule.CreatedAt);
}

/// <param name="Value">A port, a name, a category of the block lists, or a network in CIDR form.</param>
/// <param name="Plan">Whose customers it concerns. Without plan, customer and proxyUser it concerns everybody.</param>
/// <param name="Note">For the staff: one line.</param>
internal sealed record NewRuleBody(
    [property: Required] DestinationRuleKind? Kind, [property: Required] string? Value, PublicId<OfPlan>? Plan,
    PublicId<OfCustomer>? Customer, PublicId<OfProxyUser>? ProxyUser, string? Note) : IRequestBody, IExample<NewRuleBody>
{
    public static NewRuleBody Example => new(DestinationRuleKind.Suffix, "example.com", null, null, null, "Abuse report 114");
}

/// <summary>Destination rules, for the staff.</summary>
internal static class RuleApi
{
    private const string Path = "/rules", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Rules");
        api.MapGet(Path, ListAsync).Needs(TokenScope.RulesRead).WithName("listRules")
            .WithSummary("List destination rules").Produces<ListBody<RuleBody>>();
        api.MapPost(Path, CreateAsync).Needs(TokenScope.RulesWrite).WithName("createRule")
            .WithSummary("Create a destination rule").Produces<RuleBody>(StatusCodes.Status201Created);
        api.MapGet(One, ShowAsync).Needs(TokenScope.RulesRead).WithName("getRule")
            .WithSummary("Show a destination rule").Produces<RuleBody>();
        api.MapDelete(One, DeleteAsync).Needs(TokenScope.RulesWrite).WithName("deleteRule")
            .WithSummary("Delete a destination rule").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(DestinationRuleQueries queries, CancellationToken cancellation) =>
        Results.Ok(ListBody<RuleBody>.Whole((await queries.ListAsync(cancellation)).Select(RuleBody.Of)));

    private static async Task<IResult> CreateAsync(
        NewRuleBody body, DestinationRuleQueries queries, AddDestinationRule add, CancellationToken cancellation)
    {
        if (body.Kind is not { } kind)
            return ApiProblem.Invalid("rule.kind_missing", "Give a kind: port, domain, suffix, category or network.", "kind");
        if (new object?[] { body.Plan, body.Customer, body.ProxyUser }.Count(owner => owner is not null) > 1)
            return ApiProblem.Invalid("rule.owner_ambiguous", "Give at most one of plan, customer and proxyUser.");
        var owner = new RuleOwner(body.ProxyUser?.Value, body.Customer?.Value, body.Plan?.Value);
        var made = await add.ExecuteAsync(new(kind, body.Value ?? "", owner, body.Note ?? ""), cancellation);
        if (!made.IsSuccess)
            return ApiProblem.Of(made);
        var found = await queries.FindAsync(made.Value.Id, cancellation);
        return found.IsSuccess
            ? Results.Created($"{ApiPaths.V1}{Path}/{new PublicId<OfRule>(made.Value.Id)}", RuleBody.Of(found.Value))
            : ApiProblem.Of(found);
    }

    private static async Task<IResult> ShowAsync(
        PublicId<OfRule> id, DestinationRuleQueries queries, CancellationToken cancellation)
    {
        var found = await queries.FindAsync(id.Value, cancellation);
        return found.IsSuccess ? Results.Ok(RuleBody.Of(found.Value)) : ApiProblem.Of(found);
    }

    private static async Task<IResult> DeleteAsync(
        PublicId<OfRule> id, RemoveDestinationRule remove, CancellationToken cancellation)
    {
        var done = await remove.ExecuteAsync(new(id.Value), cancellation);
        return done.IsSuccess ? Results.NoContent() : ApiProblem.Of(done);
    }
}
