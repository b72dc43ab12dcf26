namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>Whether a text is a template that the engine can fill.</summary>
internal static class TemplateRule
{
    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Problem(string template)
    {
        bool inField = false, inPart = false;
        const string unbalanced = "Each { and [ needs its closing } and ], and they cannot stand inside their own kind.";
        foreach (char c in template)
        {
            switch (c)
            {
                case '{' when !inField: inField = true; break;
                case '}' when inField: inField = false; break;
                case '[' when !inPart && !inField: inPart = true; break;
                case ']' when inPart && !inField: inPart = false; break;
                case '{' or '}' or '[' or ']': return unbalanced;
            }
        }
        return inField || inPart ? unbalanced : null;
    }
}
