namespace AtlanticProxy.Web.Shell;

internal static class ChangedIp
{
    /// <summary>What is said after exits were changed.</summary>
    public static string Words(string? session) => string.IsNullOrWhiteSpace(session)
        ? "All sessions get another exit at their next connection."
        : $"Session {session.Trim()} gets another exit at its next connection.";
}
