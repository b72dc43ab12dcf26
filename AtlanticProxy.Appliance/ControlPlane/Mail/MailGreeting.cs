namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Tries whether the mail server lets us in.</summary>
public sealed class MailGreeting(SmtpSessions sessions)
{
    /// <returns>Whether one is set, and why it does not let us in; null when it does.</returns>
    public async Task<(bool IsSet, string? Problem)> TryAsync(CancellationToken cancellation)
    {
        using var session = await sessions.OpenAsync(cancellation);
        return session is null ? (false, null) : (true, await session.GreetAsync(cancellation));
    }
}
