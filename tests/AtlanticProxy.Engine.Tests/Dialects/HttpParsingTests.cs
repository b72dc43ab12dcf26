using System.Text;
using AtlanticProxy.Engine.Protocols.Http;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Dialects;

[TestClass]
public sealed class HttpParsingTests
{
    /// <summary>However a message is cut into reads, the outcome is that of the whole.</summary>
    [TestMethod]
    public void ChunkedBody_AnySplit_SameAsWhole()
    {
        var chunks = Gen.Choose(1, 40).Select(size => new string('x', size)).NonEmptyListOf().Select(list => list.ToArray());
        Prop.ForAll(chunks.Zip(Gen.Choose(1, 9)).ToArbitrary(), input =>
        {
            var (parts, step) = input;
            string data = string.Concat(parts);
            byte[] wire =
                Encoding.ASCII.GetBytes(string.Concat(parts.Select(part => $"{part.Length:x}\r\n{part}\r\n"))
                    + "0\r\nT: v\r\n\r\nNEXT");
            var body = new ChunkedBody();
            var decoded = new StringBuilder();
            int position = 0, left = 0;
            var result = ChunkStep.More;
            while (result == ChunkStep.More)
            {
                byte[] piece = wire[position..Math.Min(position + left + step, wire.Length)];
                result = body.Advance(piece, decode: true, out int consumed, out int kept);
                decoded.Append(Encoding.ASCII.GetString(piece, 0, kept));
                position += consumed;
                left = piece.Length - consumed;
            }
            return result == ChunkStep.Complete && decoded.ToString() == data
                && Encoding.ASCII.GetString(wire[position..]) == "NEXT";
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    [DataRow("0x10\r\n"), DataRow("0_2e\r\n"), DataRow("+5\r\n"), DataRow("-1\r\n"), DataRow("12345678901234567\r\n"),
        DataRow("5\nhello"), DataRow("\r\n"), DataRow(" 5\r\n")]
    [DataRow("0\r\nT: v\n"), DataRow("0\r\nT : v\r\n"), DataRow("0\r\nContent-Length: 5\r\n"), DataRow("0\r\nT: a\rb\r\n")]
    [DataRow("5\r\nhelloX\r\n"), DataRow("5\r\nhello\n"), DataRow("0\r\n bad: x\r\n"), DataRow("0\r\n\n"),
        DataRow("5;\u0001\r\n")]
    public void ChunkedBody_Malformed_IsRefused(string wire)
    {
        var body = new ChunkedBody();
        Assert.AreEqual(ChunkStep.Malformed, body.Advance(Encoding.Latin1.GetBytes(wire), decode: false, out _, out _));
    }

    [TestMethod]
    [DataRow("Transfer-Encoding"), DataRow("content-length"), DataRow("HOST"), DataRow("Proxy-Authorization")]
    [DataRow("Connection"), DataRow("Authorization")]
    [DataRow("Cookie"), DataRow("Set-Cookie"), DataRow("TE"), DataRow("Trailer"), DataRow("Upgrade"), DataRow("Keep-Alive")]
    [DataRow("Proxy-Connection")]
    [DataRow("Content-Type"), DataRow("Content-Encoding"), DataRow("Content-Range"), DataRow("Max-Forwards"), DataRow("Expect")]
    [DataRow("WWW-Authenticate"), DataRow("Proxy-Authenticate")]
    public void Trailer_NamedLikeFramingOrCredentials_IsNone(string name)
    {
        Assert.IsFalse(HttpTokens.MayBeTrailer(Encoding.ASCII.GetBytes(name)));
        Assert.IsTrue(HttpTokens.MayBeTrailer(Encoding.ASCII.GetBytes("X-" + name)));
    }

    /// <summary>Whatever is wrong with a head's line ends, nobody waits for an end that cannot come.</summary>
    [TestMethod]
    [DataRow("GET http://a.test/ HTTP/1.1\r\nHost: x\n"), DataRow("GET http://a.test/ HTTP/1.1\r\nHost: x\n\n")]
    [DataRow("GET http://a.test/ HTTP/1.1\n")]
    [DataRow("GET http://a.test/ HTTP/1.1\rHost: x\r"), DataRow("GET http://a.test/ HTTP/1.1\r\nHost: x\r\nA: b\r\r")]
    [DataRow("GET http://a.test/ HTTP/1.1\r\n\n")]
    public void ParseRequest_LineEndThatIsNone_IsMalformedAtOnce(string part)
    {
        Assert.AreEqual(HeadStatus.Malformed, HttpHeadParser.ParseRequest(Encoding.ASCII.GetBytes(part), new HttpHead(), out _));
    }

    /// <summary>A prefix of a good head is never refused, so a slow client is never told that it is wrong.</summary>
    [TestMethod]
    public void ParseRequest_EveryPrefixOfAGoodHead_IsIncomplete()
    {
        byte[] whole = "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n"u8.ToArray();
        for (int length = 1; length < whole.Length; length++)
            Assert.AreEqual(HeadStatus.Incomplete,
                HttpHeadParser.ParseRequest(whole.AsSpan(0, length), new HttpHead(), out string problem), problem);
        Assert.AreEqual(HeadStatus.Complete, HttpHeadParser.ParseRequest(whole, new HttpHead(), out _));
    }
}
