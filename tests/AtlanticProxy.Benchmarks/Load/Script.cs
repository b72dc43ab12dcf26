using System.Text;

namespace AtlanticProxy.Benchmarks.Load;

/// <summary>
/// What a load connection says. A step is sent, and answered by a head (<see cref="HeadReply"/>) or a number of bytes.
/// </summary>
/// <param name="Handshake">Until the tunnel stands; empty for absolute-form requests.</param>
/// <param name="Request">Sent again and again afterwards.</param>
internal sealed record Script(Script.Step[] Handshake, byte[] Request)
{
    /// <summary>The reply is an HTTP head with status 200.</summary>
    public const int HeadReply = 0;

    /// <summary>Bytes of a form.</summary>
    public const int PostBytes = 100;

    private const string Origin = "origin.test";

    internal sealed record Step(byte[] Message, int Reply);

    public static Script For(LoadJob job) => job.Kind switch
    {
        LoadKind.Forward =>
            new([], Ascii(
                $"GET http://{Origin}/small HTTP/1.1\r\nHost: {Origin}\r\n{Authorization(job)}User-Agent: bench\r\nAccept: "
                    + "*/*\r\n"
                    + "\r\n")),
        LoadKind.Post => new([], Ascii(
            $"POST http://{Origin}/small HTTP/1.1\r\nHost: {Origin}\r\n{Authorization(job)}"
            + $"User-Agent: bench\r\nContent-Length: {PostBytes}\r\n\r\n{new string('x', PostBytes)}")),
        LoadKind.Socks5 => new(Socks5(job), []),
        LoadKind.Socks5AtOnce => new([AtOnce(Socks5(job))], []),
        _ => new([new(
            Ascii($"CONNECT {Origin}:443 HTTP/1.1\r\nHost: {Origin}:443\r\n{Authorization(job)}User-Agent: bench\r\n\r\n"),
            HeadReply)],
            Ascii($"GET /{(job.Kind == LoadKind.Bulk ? "bulk" : "small")} HTTP/1.1\r\nHost: {Origin}\r\n\r\n")),
    };

    private static string Authorization(LoadJob job) =>
        $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{job.Username}:{job.Password}"))}\r\n";

    // RFC 1928 and RFC 1929.
    private static Step[] Socks5(LoadJob job)
    {
        byte[] user = Ascii(job.Username), password = Ascii(job.Password), host = Ascii(Origin);
        return
        [
            new([5, 1, 2], 2),
            new([1, (byte)user.Length, .. user, (byte)password.Length, .. password], 2),
            new([5, 1, 0, 3, (byte)host.Length, .. host, 443 >> 8, 443 & 0xff], 10),
        ];
    }

    private static Step AtOnce(Step[] steps) => new([.. steps.SelectMany(step => step.Message)], steps.Sum(step => step.Reply));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
