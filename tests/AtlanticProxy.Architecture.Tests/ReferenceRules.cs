using System.Reflection;

namespace AtlanticProxy.Architecture.Tests;

/// <summary>Who may know whom: an assembly's name, and those of ours that it may reference.</summary>
internal static class ReferenceRules
{
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["AtlanticProxy.Engine"] = [],
        ["AtlanticProxy.Simulator"] = [],
        ["AtlanticProxy.ControlPlane"] = ["AtlanticProxy.Engine"],
        ["AtlanticProxy.Web"] = ["AtlanticProxy.ControlPlane", "AtlanticProxy.Engine"],
        ["atlanticproxy"] = ["AtlanticProxy.Web", "AtlanticProxy.ControlPlane", "AtlanticProxy.Engine",
            "AtlanticProxy.Simulator"],
    };

    /// <summary>What Engine may use beside the base class library: no database, no MVC.</summary>
    private static readonly string[] EngineMayUse = ["System.", "Microsoft.Extensions.", "netstandard", "Microsoft.Win32."];

    /// <summary>References that are not allowed, a sentence each.</summary>
    /// <param name="graph">Each assembly of ours with all that it references.</param>
    public static IEnumerable<string> Violations(IReadOnlyDictionary<string, IReadOnlyList<string>> graph)
    {
        foreach (var (name, references) in graph)
        {
            if (!Allowed.TryGetValue(name, out string[]? allowed))
            {
                yield return $"{name} is not in the rules.";
                continue;
            }
            foreach (string reference in references.Where(graph.ContainsKey).Except(allowed))
                yield return $"{name} must not reference {reference}.";
            if (name == "AtlanticProxy.Engine")
                foreach (string reference in references.Where(reference => !graph.ContainsKey(reference)
                    && !EngineMayUse.Any(prefix => reference.StartsWith(prefix, StringComparison.Ordinal))))
                    yield return $"{name} must not reference {reference}: only the base class library and Microsoft.Extensions "
                        + "abstractions.";
        }
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> GraphOf(params IEnumerable<Assembly> assemblies) =>
        assemblies.ToDictionary(assembly => assembly.GetName().Name!, assembly =>
            (IReadOnlyList<string>)[.. assembly.GetReferencedAssemblies().Select(reference => reference.Name!)]);
}
