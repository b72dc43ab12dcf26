using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Razor;

namespace AtlanticProxy.Web.Shell;

/// <summary>Finds a view in its controller's feature folder, then in the shell.</summary>
internal sealed class FeatureViewLocations : IViewLocationExpander
{
    private const string Key = "feature", Root = "AtlanticProxy.Web.";

    public void PopulateValues(ViewLocationExpanderContext context)
    {
        if (context.ActionContext.ActionDescriptor is ControllerActionDescriptor action)
            context.Values[Key] = action.ControllerTypeInfo.Namespace![Root.Length..].Replace('.', '/');
    }

    public IEnumerable<string> ExpandViewLocations(ViewLocationExpanderContext context, IEnumerable<string> viewLocations) =>
        context.Values.TryGetValue(Key, out string? feature) ? [$"/{feature}/{{0}}.cshtml", "/Shell/{0}.cshtml"] : viewLocations;
}
