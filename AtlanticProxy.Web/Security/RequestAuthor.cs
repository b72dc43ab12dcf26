using System.Security.Claims;
using AtlanticProxy.ControlPlane.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>Has the audit log name who sent a form.</summary>
internal static class RequestAuthor
{
    /// <summary>What payment gateways send is nobody's act.</summary>
    private static readonly PathString Webhooks = "/webhooks";

    /// <summary>After authorization: what that refuses changes nothing.</summary>
    public static void UseAuthorship(this WebApplication app) => app.Use((context, next) =>
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && !context.Request.Path.StartsWithSegments(Webhooks, StringComparison.Ordinal))
            context.RequestServices.GetRequiredService<Authorship>().Author = AuthorOf(context);
        return next(context);
    });

    private static Author AuthorOf(HttpContext context)
    {
        // The pattern, and not the path: that may carry what was typed.
        string form = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        string action = $"{context.Request.Method} /{form.TrimStart('/')}";
        var address = RequestOrigin.ClientOf(context);
        var user = context.User;
        return user.Identity is not { IsAuthenticated: true } identity
            ? new Author(AuthorKind.Visitor, "", action, Address: address)
            : new Author(user.IsStaff ? AuthorKind.Staff : AuthorKind.Customer, identity.Name ?? "", action,
                user.HasClaim(claim => claim.Type == ClaimTypes.NameIdentifier) ? user.UserId : null, address);
    }
}
