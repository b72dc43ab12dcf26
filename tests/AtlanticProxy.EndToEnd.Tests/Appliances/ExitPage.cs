using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>
/// Asks <c>http://exit.test/</c> for one user after the other over one connection: for tests that ask thousands of times.
/// </summary>
public sealed class ExitPage : IDisposable
{
    private const string EndOfHead = "\r\n\r\n", Length = "Content-Length: ";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true,
        ReceiveTimeout = 20_000 };
    private readonly byte[] _buffer = new byte[4096];

    public static async Task<ExitPage> ConnectAsync(IPEndPoint proxy)
    {
        var page = new ExitPage();
        await page._socket.ConnectAsync(proxy);
        return page;
    }

    public async Task<ShownExit> AskAsync(ProxyCredentials user)
    {
        await _socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{ProxyClient.Authorization(user)}\r\n"));
        string answer = "";
        int read = 0, end;
        do
        {
            int received = await _socket.ReceiveAsync(_buffer.AsMemory(read));
            Assert.AreNotEqual(0, received, $"The proxy closed after: {answer}");
            read += received;
            answer = Encoding.ASCII.GetString(_buffer, 0, read);
            end = EndOf(answer);
        }
        while (read < end);
        StringAssert.StartsWith(answer, "HTTP/1.1 200 ");
        return ShownExit.Read(answer[(answer.IndexOf(EndOfHead, StringComparison.Ordinal) + EndOfHead.Length)..]);
    }

    public void Dispose() => _socket.Dispose();

    // Where the answer ends, or beyond what is there while that is not known.
    private static int EndOf(string answer)
    {
        int head = answer.IndexOf(EndOfHead, StringComparison.Ordinal);
        if (head < 0)
            return int.MaxValue;
        int length = answer.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return head + EndOfHead.Length
            + int.Parse(answer[(length + Length.Length)..answer.IndexOf('\r', length)],
                System.Globalization.CultureInfo.InvariantCulture);
    }
}
