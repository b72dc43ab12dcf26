using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Before">As text; null: there was none.</param>
/// <param name="After">As text; null: there is none now.</param>
internal sealed record AuditFieldBody(string Column, string? Before, string? After);

/// <summary>Something that somebody wrote.</summary>
/// <param name="Author">Empty where you may not know, and for visitors.</param>
/// <param name="Action">The form, verb or operation; empty where you may not know.</param>
/// <param name="Object">What kind of row: `proxy_users`, `customers`, and so on.</param>
/// <param name="ObjectId">Of the row, without a prefix.</param>
/// <param name="Label">What people call the row; may be empty.</param>
/// <param name="Fields">What was written. Secrets are not in it.</param>
internal sealed record AuditBody(
    PublicId<OfAuditEntry> Id, DateTimeOffset At, AuthorKind AuthorKind, string Author, string Action, string? Address,
    AuditChange Change, string Object, long? ObjectId, string Label, PublicId<OfCustomer>? Customer,
    IReadOnlyList<AuditFieldBody> Fields) : IExample<AuditBody>
{
    public static AuditBody Example => new(new(310), ExampleTime.Noon,
        AuthorKind.Customer, "shop@example.com", "", "203.0.113.7", AuditChange.Changed, "proxy_users", 12, "alice",
        new PublicId<OfCustomer>(7), [new AuditFieldBody("max_connections", "50", "100")]);

    public static AuditBody Of(AuditSummary entry) => new(new(entry.Id), entry.At, entry.AuthorKind, entry.Author, entry.Action,
        entry.Address?.ToString(), entry.Change, entry.Object, entry.ObjectId, entry.Label,
        PublicId<OfCustomer>.Of(entry.CustomerId),
        [.. entry.Fields.Select(field => new AuditFieldBody(field.Column, field.Before, field.After))]);
}

/// <summary>Who changed what: for the staff all of it, for a customer what concerns its account.</summary>
internal static class AuditApi
{
    private const string List = "audit";

    public static void Map(IEndpointRouteBuilder v1) => v1.MapGet("/audit", ListAsync)
        .Needs(TokenScope.AuditRead).WithTags("Audit").WithName("listAudit")
        .WithSummary("List changes, newest first").Produces<ListBody<AuditBody>>();

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, AuditQueries audit, CancellationToken cancellation, int? limit = null, string? cursor = null,
        PublicId<OfCustomer>? customer = null, string? @object = null, string? from = null, string? to = null)
    {
        var paging = Paging.Of(List, limit, cursor, out var wrong);
        if (wrong is not null)
            return wrong;
        if (!ApiTime.IsAbsentOr(from, out var begin))
            return ApiTime.Invalid("from");
        if (!ApiTime.IsAbsentOr(to, out var end))
            return ApiTime.Invalid("to");
        if (@object is not null && !AuditQueries.Objects.Contains(@object))
            return ApiProblem.Invalid("audit.object_unknown",
                $"Unknown object '{@object}'. Known are {string.Join(", ", AuditQueries.Objects)}.", "object");
        var found = await audit.LatestAsync(
            new AuditFilter(user.Scope, customer?.Value, Object: @object, From: begin, To: end), paging.After, paging.Limit,
            cancellation);
        return Results.Ok(Paging.Body(List, found, AuditBody.Of, entry => entry.Id));
    }
}
