namespace AtlanticProxy.Host.Cli;

/// <summary>Lists in one value: <c>us,de</c>.</summary>
internal static class Words
{
    public static string[] Of(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
