using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace AtlanticProxy.Web.Shell;

/// <summary>Finds the portal's controllers, which are internal like everything else here, and no others.</summary>
internal sealed class PortalControllers : ControllerFeatureProvider
{
    public static void UseOnly(ApplicationPartManager parts)
    {
        foreach (var provider in parts.FeatureProviders.OfType<ControllerFeatureProvider>().ToList())
            parts.FeatureProviders.Remove(provider);
        parts.FeatureProviders.Add(new PortalControllers());
    }

    protected override bool IsController(TypeInfo typeInfo) =>
        typeInfo.IsSubclassOf(typeof(PortalController)) && !typeInfo.IsAbstract;
}
