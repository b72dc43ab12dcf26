using System.Security.Claims;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api.Resources;

/// <param name="Scopes">What the token was made for.</param>
internal sealed record TokenBody(
    PublicId<OfToken> Id, string Name, TokenKind Kind, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt);

/// <param name="Role">Of the staff, or in a customer's team.</param>
internal sealed record UserBody(PublicId<OfUser> Id, string Email, string Role);

/// <summary>Who a request is of.</summary>
/// <param name="User">Null: a service token.</param>
/// <param name="Customer">Null: of the staff.</param>
internal sealed record MeBody(TokenBody Token, UserBody? User, PublicId<OfCustomer>? Customer) : IExample<MeBody>
{
    public static MeBody Example => new(
        new TokenBody(new(5), "Shop", TokenKind.Personal, ["proxy_users:read", "usage:read"], null),
        new UserBody(new(9), "shop@example.com", "owner"), new PublicId<OfCustomer>(7));
}

/// <summary>What a token is, and whose.</summary>
internal static class MeApi
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/me", Show)
        .RequireAuthorization(ScopeRights.AnyToken).WithTags("Token").WithName("getMe").Produces<MeBody>()
        .WithSummary("Show the token and its owner");

    private static IResult Show(HttpContext context, ClaimsPrincipal user)
    {
        var holder = BearerHandler.HolderOf(context);
        string role = JsonNamingPolicy.SnakeCaseLower.ConvertName(holder.MemberRole?.ToString() ?? user.StaffRole ?? "");
        return Results.Ok(new MeBody(
            new TokenBody(new(holder.TokenId), holder.TokenName, holder.Kind, [.. holder.Scopes.Select(TokenScopes.NameOf)],
                holder.ExpiresAt),
            holder.UserId is { } id ? new UserBody(new(id), holder.Name, role) : null,
            PublicId<OfCustomer>.Of(holder.CustomerId)));
    }
}
