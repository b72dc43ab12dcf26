using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

internal static class ChangedIp
{
    /// <summary>What is said after exits were changed.</summary>
    public static Phrase Words(string? session) => string.IsNullOrWhiteSpace(session)
        ? "All sessions get another exit at their next connection."
        : (Phrase)$"Session {session.Trim()} gets another exit at its next connection.";
}
