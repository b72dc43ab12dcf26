using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

/// <summary>A mail server that does what a test says, good or bad, on a port of its own.</summary>
internal sealed class ScriptedSmtp : ScriptedServer
{
    /// <summary>With it the server speaks TLS: from the first byte, or when it is asked to.</summary>
    public X509Certificate2? Certificate { get; init; }

    public bool TlsFromTheFirstByte { get; init; }

    /// <summary>Everything that clients wrote to the end, whatever they were answered.</summary>
    public ConcurrentQueue<MimeMessage> Received { get; } = new();

    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Answers a command in place of what a good server says; null leaves it to that.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>What is answered to a whole message; null: nothing, the connection ends.</summary>
    public Func<MimeMessage, Task<string?>> AnswerMessage { get; set; } = _ => Task.FromResult<string?>("250 2.0.0 taken");

    /// <summary>Ends the connection after that many bytes of a message.</summary>
    public int? DieInMessage { get; set; }

    protected override async Task TalkAsync(Stream stream) =>
        await TalkAsync(TlsFromTheFirstByte ? await SecuredAsync(stream) : stream, greets: true);

    private async Task<Stream> SecuredAsync(Stream stream)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate },
            Stopping);
        return secured;
    }

    private async Task TalkAsync(Stream stream, bool greets)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        async Task SayAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), Stopping);
        if (greets)
            await SayAsync("220 scripted");
        while (await reader.ReadLineAsync(Stopping) is { } command)
        {
            Commands.Enqueue(command);
            string verb = command.Split(' ')[0].ToUpperInvariant();
            if (Answer(command) is { } scripted)
            {
                if (scripted is "")
                    return;
                await SayAsync(scripted);
                continue;
            }
            await SayAsync(verb switch
            {
                "EHLO" when Certificate is not null && stream is NetworkStream => "250-scripted\r\n250 STARTTLS",
                "EHLO" when Certificate is not null => "250-scripted\r\n250 AUTH PLAIN",
                "EHLO" => "250-scripted\r\n250-CHUNKING\r\n250 8BITMIME",
                "AUTH" => "235 welcome",
                "STARTTLS" => "220 go on",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 fine",
            });
            if (verb == "STARTTLS")
            {
                await TalkAsync(await SecuredAsync(stream), greets: false);
                return;
            }
            if (verb != "DATA")
                continue;
            var text = new StringBuilder();
            while (await reader.ReadLineAsync(Stopping) is { } line && line != ".")
            {
                text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
                if (text.Length > DieInMessage)
                    return;
            }
            using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(text.ToString()));
            var message = await MimeMessage.LoadAsync(bytes);
            Received.Enqueue(message);
            if (await AnswerMessage(message) is not { } answer)
                return;
            await SayAsync(answer);
        }
    }
}
