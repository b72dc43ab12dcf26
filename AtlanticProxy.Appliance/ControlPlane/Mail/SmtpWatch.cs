using MailKit;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>
/// Follows a conversation for the one thing that MailKit's exceptions do not say: whether the server had the whole message when
/// it fell silent. Keeps nothing of what is said.
/// </summary>
internal sealed class SmtpWatch : IProtocolLogger
{
    /// <summary>RFC 5321 section 4.1.1.4: what ends a message.</summary>
    private static ReadOnlySpan<byte> End => "\r\n.\r\n"u8;

    private readonly byte[] _last = new byte[End.Length];
    /// <summary>Since <see cref="Begin"/>, the server has asked for the message.</summary>
    public bool IsInMessage { get; private set; }

    /// <summary>Since <see cref="Begin"/>, all of a message was sent.</summary>
    public bool IsWholeSent { get; private set; }

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void Begin() => (IsInMessage, IsWholeSent) = (false, false);

    public void LogConnect(Uri uri) => Begin();

    public void LogServer(byte[] buffer, int offset, int count) =>
        IsInMessage |= buffer.AsSpan(offset, count).StartsWith("354"u8); // "start mail input"

    public void LogClient(byte[] buffer, int offset, int count)
    {
        if (!IsInMessage || count == 0)
            return;
        byte[] tail = [.. _last, .. buffer.AsSpan(offset, count)];
        tail.AsSpan(tail.Length - _last.Length).CopyTo(_last);
        IsWholeSent |= _last.AsSpan().SequenceEqual(End);
    }

    public void Dispose() { }
}
