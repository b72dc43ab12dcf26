namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>What became of a mail that was offered to a server.</summary>
internal enum SmtpOutcome
{
    Accepted,

    /// <summary>It has not got it: the same again may work.</summary>
    TryLater,

    /// <summary>It does not want it: the same again does not work.</summary>
    Refused,

    /// <summary>It had all of it when the connection was lost.</summary>
    Unknown,
}

/// <param name="Text">The server's words, or what kept us from it.</param>
/// <param name="IsServerAway">None of its kind can be sent now: the connection or the sign-in failed.</param>
internal sealed record SmtpAnswer(SmtpOutcome Outcome, string Text, bool IsServerAway = false);
