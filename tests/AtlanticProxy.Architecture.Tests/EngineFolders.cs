namespace AtlanticProxy.Architecture.Tests;

/// <summary>
/// Which folders of the engine may know which. A folder may know those above it, as far as its line says, and never one below:
/// there are no circles. AtlanticProxy.Engine/ARCHITECTURE.md has the same as a picture.
/// </summary>
internal static class EngineFolders
{
    public const string Namespace = "AtlanticProxy.Engine";

    /// <summary>Settings, which stand at the root of the project, as the library's public front does.</summary>
    public const string Settings = "Settings";

    /// <summary>What puts the engine together; it may know everything, and nothing may know it.</summary>
    public const string Root = "the root";

    private static readonly string[] SettingTypes = ["EngineOptions", "StickyPortRange", "PortOwner"];

    /// <summary>Folders from the bottom up, each with those that it may know.</summary>
    public static readonly IReadOnlyList<(string Folder, string[] MayKnow)> Layers =
    [
        ("Requests", []),
        (Settings, ["Requests"]),
        ("Diagnostics", [Settings]),
        ("Transport", ["Diagnostics"]),
        ("Usage", ["Transport", "Diagnostics"]),
        ("Limits", ["Usage", "Transport", "Diagnostics"]),
        ("Admission.Rules", []),
        ("Snapshot", ["Admission.Rules", "Limits", "Requests"]),
        ("Protocols", ["Snapshot", "Transport", "Requests"]),
        ("Tls", ["Transport", "Diagnostics"]),
        ("Tunnels", [Settings, "Protocols", "Limits", "Usage", "Transport", "Diagnostics"]),
        ("Routing", ["Snapshot", "Diagnostics", "Requests"]),
        ("ConnectionLog", [Settings, "Routing", "Snapshot", "Limits", "Diagnostics", "Requests"]),
        ("Egress",
            [Settings, "Routing", "Tls", "Protocols", "Snapshot", "Limits", "Usage", "Transport", "Diagnostics", "Requests"]),
        ("Connections",
            [Settings, "Egress", "ConnectionLog", "Routing", "Tunnels", "Tls", "Protocols", "Snapshot", "Limits", "Usage",
            "Transport", "Diagnostics", "Requests"]),
        ("Admission",
            [Settings, "Connections", "Egress", "Routing", "Protocols", "Admission.Rules", "Snapshot", "Limits", "Transport",
            "Diagnostics", "Requests"]),
        ("Dialects",
            [Settings, "Admission", "Connections", "Egress", "ConnectionLog", "Routing", "Protocols", "Snapshot", "Limits",
            "Usage", "Transport", "Diagnostics", "Requests"]),
        ("Relay",
            [Settings, "Dialects", "Connections", "Egress", "Routing", "Protocols", "Snapshot", "Limits",
            "Usage", "Transport", "Diagnostics", "Requests"]),
    ];

    /// <summary>
    /// What knows one another both ways, and why: rules write themselves in the snapshot's format, which holds them.
    /// </summary>
    public static readonly IReadOnlyList<(string From, string To)> KnownCircles = [("Admission.Rules", "Snapshot")];

    /// <summary>The folder that a type is in; null when it is not the engine's.</summary>
    public static string? Of(Type type)
    {
        var outermost = type;
        while (outermost.DeclaringType is { } declaring)
            outermost = declaring;
        if (outermost.Namespace == Namespace)
            return SettingTypes.Contains(outermost.Name) ? Settings : Root;
        if (outermost.Namespace?.StartsWith($"{Namespace}.", StringComparison.Ordinal) != true)
            return null;
        string folder = outermost.Namespace[(Namespace.Length + 1)..];
        return Layers.Any(layer => layer.Folder == folder) ? folder : folder.Split('.')[0];
    }

    /// <summary>What is wrong with a reference, or null.</summary>
    public static string? Violation(string from, string to)
    {
        if (from == to || from == Root || KnownCircles.Contains((from, to)))
            return null;
        var layer = Layers.FirstOrDefault(layer => layer.Folder == from);
        if (layer.Folder is null)
            return $"{from} is not in the table of the engine's folders.";
        return layer.MayKnow.Contains(to) ? null : $"{from} must not know {to}.";
    }
}
