using System.Net.Security;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB.Async;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>Opens the way to the mail server that staff have set.</summary>
public sealed class SmtpSessions(AtlanticDb db, SecretBox box, MailPatience patience, TimeProvider time)
{
    /// <summary>Which certificates are trusted; null: those of the machine's authorities.</summary>
    internal RemoteCertificateValidationCallback? Trust { get; set; }

    /// <summary>Null while mail is not set up. Nothing is connected before the first mail.</summary>
    internal async Task<SmtpSession?> OpenAsync(CancellationToken cancellation) =>
        await WayAsync(cancellation) is { } way ? way() : null;

    /// <summary>Opens sessions without the database from then on. Null while mail is not set up.</summary>
    internal async Task<Func<SmtpSession>?> WayAsync(CancellationToken cancellation)
    {
        var settings = await db.MailSettings.SingleAsync(cancellation);
        string password = settings.PasswordSealed is { } secret ? box.Open(secret, SecretPlace.MailPassword) : "";
        return settings.Host is null ? null : () => new SmtpSession(settings, password, patience, time) { Trust = Trust };
    }
}

/// <summary>
/// A connection to a mail server, for one mail after the other: made when it is first needed, and again when it is lost.
/// </summary>
internal sealed class SmtpSession(MailSettingsRow settings, string password, MailPatience patience, TimeProvider time)
    : IDisposable
{
    private readonly SmtpWatch _watch = new();
    private SmtpClient? _client;

    /// <inheritdoc cref="SmtpSessions.Trust"/>
    public RemoteCertificateValidationCallback? Trust { get; init; }

    /// <summary>Offers a mail. Whatever the server does is an answer, never an exception.</summary>
    public async Task<SmtpAnswer> SendAsync(MimeMessage mail, CancellationToken cancellation)
    {
        string name = mail.From.Count > 0 ? mail.From[0].Name ?? "" : settings.SenderName;
        mail.From.Clear();
        mail.From.Add(new MailboxAddress(name, settings.SenderAddress!));
        _watch.Begin();
        using var patient = new CancellationTokenSource(patience.Server, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellation);
        try
        {
            var client = await ConnectedAsync(either.Token);
            return new SmtpAnswer(SmtpOutcome.Accepted, await client.SendAsync(mail, either.Token));
        }
        catch (SmtpCommandException refusal) // the server goes on listening
        {
            bool forGood = (int)refusal.StatusCode >= 500;
            return new SmtpAnswer(forGood ? SmtpOutcome.Refused : SmtpOutcome.TryLater,
                $"{(int)refusal.StatusCode} {refusal.Message}", IsServerAway: (int)refusal.StatusCode == 421);
        }
        catch (Exception fault) when (WordsFor(fault) is not null)
        {
            Drop();
            // Who is stopped in the middle of the message cannot know how much of it has left.
            return _watch.IsWholeSent || _watch.IsInMessage && cancellation.IsCancellationRequested
                ? new SmtpAnswer(SmtpOutcome.Unknown, $"The server may have the whole mail, and then: {WordsFor(fault)}")
                : new SmtpAnswer(SmtpOutcome.TryLater, WordsFor(fault)!, IsServerAway: true);
        }
    }

    /// <summary>Signs in, and sends nothing. Null: the server lets us in; else why not.</summary>
    public async Task<string?> GreetAsync(CancellationToken cancellation)
    {
        using var patient = new CancellationTokenSource(patience.Server, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellation);
        try
        {
            await (await ConnectedAsync(either.Token)).NoOpAsync(either.Token);
            return null;
        }
        catch (Exception fault) when (fault is SmtpCommandException || WordsFor(fault) is not null)
        {
            Drop();
            return WordsFor(fault) ?? fault.Message;
        }
    }

    public void Dispose() => Drop();

    private async Task<SmtpClient> ConnectedAsync(CancellationToken cancellation)
    {
        if (_client is { IsConnected: true })
            return _client;
        Drop();
        _client = new SmtpClient(_watch)
        {
            CheckCertificateRevocation = false, // servers may reach no list of revoked ones
            ServerCertificateValidationCallback = Trust,
        };
        await _client.ConnectAsync(settings.Host!, settings.Port, settings.Security switch
        {
            MailSecurity.None => SecureSocketOptions.None,
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        }, cancellation);
        // One way to hand a message over, whose end the watch knows.
        _client.Capabilities &= ~(SmtpCapabilities.Chunking | SmtpCapabilities.BinaryMime);
        if (settings.Username is not "")
            await _client.AuthenticateAsync(settings.Username, password, cancellation);
        return _client;
    }

    private void Drop()
    {
        _client?.Dispose();
        _client = null;
    }

    /// <summary>Null: a fault of ours.</summary>
    private string? WordsFor(Exception fault) => fault switch
    {
        AuthenticationException => $"The mail server does not accept the user name and password: {fault.Message}",
        SslHandshakeException => $"No safe connection to {settings.Host}: its certificate is not trusted, or it speaks no TLS.",
        NotSupportedException => $"{settings.Host} does not offer what the settings ask for: {fault.Message}",
        SocketException => $"{settings.Host}:{settings.Port} cannot be reached: {fault.Message}",
        OperationCanceledException => $"{settings.Host} did not answer in time.",
        ProtocolException or IOException or ServiceNotConnectedException =>
            $"The connection to {settings.Host} was lost: {fault.Message}",
        _ => null,
    };
}
