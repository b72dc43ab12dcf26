using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// docs/bad-inputs.md, rows 1 to 5: a body whose end two parsers could see in two places is how requests are smuggled.
/// </summary>
[TestClass]
public sealed class FramingTests : BadInputTest
{
    private const string Post = "POST http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n{auth}";

    [TestMethod]
    [DataRow(Post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", DisplayName = "1: chunked and a length")]
    [DataRow(Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", DisplayName = "1: a length and chunked")]
    [DataRow("POST http://{origin}/ HTTP/1.0\r\nHost: {origin}\r\n{auth}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        DisplayName = "2: HTTP/1.0 chunked")]
    [DataRow(Post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", DisplayName = "3: chunked twice")]
    [DataRow(Post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", DisplayName = "3: chunked not last")]
    [DataRow(Post + "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", DisplayName = "3: not chunked")]
    [DataRow(Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", DisplayName = "3: not quite chunked")]
    [DataRow(Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", DisplayName = "3: two fields")]
    [DataRow(Post + "Transfer-Encoding: \r\n\r\n0\r\n\r\n", DisplayName = "3: empty")]
    [DataRow(Post + "Content-Length: +10\r\n\r\n0123456789", DisplayName = "5: signed")]
    [DataRow(Post + "Content-Length: -1\r\n\r\n", DisplayName = "5: negative")]
    [DataRow(Post + "Content-Length: 1_0\r\n\r\n0123456789", DisplayName = "5: underscore")]
    [DataRow(Post + "Content-Length: 0x0a\r\n\r\n0123456789", DisplayName = "5: hex")]
    [DataRow(Post + "Content-Length: \r\n\r\n", DisplayName = "5: empty")]
    [DataRow(Post + "Content-Length: 1 0\r\n\r\n0123456789", DisplayName = "5: space inside")]
    [DataRow(Post + "Content-Length: 99999999999999999999\r\n\r\n", DisplayName = "5: beyond 64 bits")]
    [DataRow(Post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", DisplayName = "5: two that differ")]
    [DataRow(Post + "Content-Length: 3, 4\r\n\r\nabcd", DisplayName = "5: a list that differs")]
    public async Task RequestHead_WithAmbiguousFraming_Is400AndNeverForwarded(string request)
    {
        string answer = await SayAsync(request);

        ShouldBeRefused(answer, 400);
        Assert.AreEqual("", Origin.Received);
    }

    [TestMethod]
    [DataRow("0x10\r\n", DisplayName = "0x10")]
    [DataRow("0_2e\r\n", DisplayName = "0_2e")]
    [DataRow("+5\r\nhello\r\n", DisplayName = "+5")]
    [DataRow("-1\r\n", DisplayName = "-1")]
    [DataRow("\r\n", DisplayName = "empty")]
    [DataRow(" 5\r\nhello\r\n", DisplayName = "leading space")]
    [DataRow("00000000000000005\r\nhello\r\n", DisplayName = "17 digits")]
    [DataRow("5\nhello\n0\n\n", DisplayName = "bare LF")]
    [DataRow("5\r\nhelloworld\r\n0\r\n\r\n", DisplayName = "content longer than its size")]
    [DataRow("5;a=\n\r\nhello\r\n0\r\n\r\n", DisplayName = "LF in an extension")]
    public async Task Chunk_Malformed_Is400(string body)
    {
        // The origin answers only what it cannot see: so the only answer is the proxy's.
        Origin.Response = "";

        string answer = await SayAsync(Post + "Transfer-Encoding: chunked\r\n\r\n" + body);

        ShouldBeRefused(answer, 400);
    }

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", DisplayName = "chunked not last")]
    [DataRow("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", DisplayName = "chunked twice")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", DisplayName = "two lengths")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", DisplayName = "signed length")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok!", DisplayName = "a list of two lengths")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n 0\r\n\r\nok", DisplayName = "a length over two lines")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nok", DisplayName = "an empty length")]
    [DataRow("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", DisplayName = "HTTP/1.0 chunked")]
    [DataRow("HTTP/1.1 200 OK\r\n X: y\r\nContent-Length: 2\r\n\r\nok", DisplayName = "the status line goes on")]
    [DataRow("HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\nok", DisplayName = "no colon")]
    [DataRow("HTTP/1.1 200 OK\r\nX Y: z\r\nContent-Length: 2\r\n\r\nok", DisplayName = "blank inside a name")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok", DisplayName = "NUL")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok", DisplayName = "lone CR")]
    [DataRow("HTTP/1.1 20 OK\r\n\r\n", DisplayName = "short status")]
    [DataRow("HTTQ/1.1 200 OK\r\n\r\n", DisplayName = "not HTTP")]
    [DataRow("\0\u0001\u0002\u0003\u0004garbage\r\n\r\n", DisplayName = "garbage")]
    public async Task Response_WithAmbiguousFraming_Is502(string response)
    {
        Origin.Response = response;
        using var client = await RawClient.ConnectAsync(Proxy);

        await client.SendAsync(Fill("GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n{auth}\r\n"));

        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
    }

    [TestMethod] // 4, from an upstream
    [DataRow("0x10\r\n"), DataRow("0_2e\r\n"), DataRow("+5\r\nhello\r\n"), DataRow("-1\r\n")]
    [DataRow("00000000000000005\r\nhello\r\n")]
    [DataRow("5\r\nhelloworld\r\n0\r\n\r\n")]
    public async Task ResponseChunk_Malformed_EndsTheConnectionSoThatTheClientSeesIt(string chunk)
    {
        Origin.Response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n" + chunk;

        string answer = await SayAsync("GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n{auth}\r\n");

        StringAssert.StartsWith(answer, "HTTP/1.1 200 ");
        Assert.DoesNotContain(chunk, answer);
        Assert.DoesNotContain("0\r\n\r\n", answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
    }

    [TestMethod] // 30
    [DataRow("Content-Length: 10\r\n\r\nonly"), DataRow("Transfer-Encoding: chunked\r\n\r\n10\r\nonly"),
        DataRow("Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n")]
    public async Task Response_CutShort_EndsTheConnectionSoThatTheClientSeesIt(string rest)
    {
        Origin.Response = "HTTP/1.1 200 OK\r\n" + rest;
        Origin.Closes = true;

        string answer = await SayAsync("GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n{auth}\r\n");

        StringAssert.EndsWith(answer, rest[rest.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
    }
}
