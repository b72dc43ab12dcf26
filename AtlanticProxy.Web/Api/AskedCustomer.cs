using System.Security.Claims;
using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Api;

/// <summary>The customer that a request is about: the token's own, or the one that a staff token names.</summary>
internal static class AskedCustomer
{
    public static ApiProblem Missing => ApiProblem.Invalid(
        "request.customer_missing", "A staff token must name a customer.", "customer");

    /// <summary>Null: a staff token names none.</summary>
    public static long? Of(ClaimsPrincipal user, PublicId<OfCustomer>? named) =>
        named?.Value ?? (user.IsStaff ? null : user.CustomerId);
}
