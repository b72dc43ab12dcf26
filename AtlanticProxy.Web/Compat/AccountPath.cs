using System.Security.Claims;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat;

/// <summary>Paths that name the account, <c>/users/{userId}/…</c>, by the id that a login has answered.</summary>
internal static class AccountPath
{
    public static string UserIdOf(ClaimsPrincipal user) => new PublicId<OfCustomer>(user.CustomerId).ToString();

    /// <summary>A filter: nobody has another's account, not even by its id.</summary>
    public static async ValueTask<object?> OwnAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.RouteValues["userId"] as string == UserIdOf(context.HttpContext.User)
            ? await next(context)
            : new ApiProblem(StatusCodes.Status404NotFound, new ApiError("compat.user_unknown", "There is no such user."));
}
