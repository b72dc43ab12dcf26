namespace AtlanticProxy.Host.Cli;

/// <summary>
/// Settings as flags: <c>--Engine:MaxConnections 1000</c> or <c>--Engine:MaxConnections=1000</c>, anywhere on the line.
/// </summary>
internal static class SettingFlags
{
    /// <summary>
    /// The settings; <paramref name="rest"/> is what is left for the verb. A flag without value stays there, so that it is
    /// reported.
    /// </summary>
    public static Dictionary<string, string?> Extract(IReadOnlyList<string> arguments, out IReadOnlyList<string> rest)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var others = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
                others.Add(argument);
            else if (equals >= 0)
                settings[name[2..]] = argument[(equals + 1)..];
            else if (i + 1 < arguments.Count)
                settings[name[2..]] = arguments[++i];
            else
                others.Add(argument);
        }
        rest = others;
        return settings;
    }
}
