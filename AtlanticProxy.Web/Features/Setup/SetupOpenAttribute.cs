using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Features.Setup;

/// <summary>
/// Pages of setup: there until it is finished, and from then on not there. With <see cref="NeedsKey"/>, only for the browser that
/// a token was given in, and for owners.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class SetupOpenAttribute : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    public bool NeedsKey { get; init; }

    /// <summary>Before antiforgery: what is not there does not say that its form has expired.</summary>
    public int Order => -1;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var services = context.HttpContext.RequestServices;
        var cancellation = context.HttpContext.RequestAborted;
        if (await services.GetRequiredService<SiteQueries>().IsSetupFinishedAsync(cancellation))
            context.Result = new NotFoundResult();
        else if (NeedsKey && !context.HttpContext.User.IsOwner
            && !await services.GetRequiredService<SetupKey>().IsHeldAsync(context.HttpContext, cancellation))
            context.Result = new LocalRedirectResult("/setup");
    }
}
