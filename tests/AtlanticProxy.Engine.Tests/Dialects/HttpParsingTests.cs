using System.Text;
using AtlanticProxy.Engine.Dialects.Http;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Dialects;

[TestClass]
public sealed class HttpParsingTests
{
    /// <summary>Seeds of the mutation run: shapes that real clients and servers send, and those that attacks begin with.</summary>
    private static readonly string[] Seeds =
    [
        "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nProxy-Authorization: Basic YTpi\r\n\r\n",
        "POST http://[::1]:80/a?b=c HTTP/1.0\r\nContent-Length: 10\r\nConnection: keep-alive, x\r\n\r\n0123456789",
        "POST http://h/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\nhello",
        "HTTP/1.0 404\r\n\r\n",
        "4;ext=1\r\nwiki\r\n0\r\nTrailer: x\r\n\r\n",
    ];

    private const int Mutations = 60_000;

    /// <summary>Bounded fuzzing by mutation of the seeds, from a fixed random seed: parsers neither throw nor read outside, whatever comes.</summary>
    [TestMethod]
    public void Parsers_MutatedInput_NeverThrowAndStayInside()
    {
        var random = new Random(20261122);
        var head = new HttpHead();
        for (int round = 0; round < Mutations; round++)
        {
            byte[] input = Mutate(random, Encoding.Latin1.GetBytes(Seeds[random.Next(Seeds.Length)]));
            try
            {
                if (HttpHeadParser.ParseRequest(input, head, out _) == HeadStatus.Complete)
                    AssertInside(head, input);
                if (HttpHeadParser.ParseResponse(input, head, out _) == HeadStatus.Complete)
                {
                    AssertInside(head, input);
                    HttpHeadParser.FrameResponse(input, head, toHead: false, out _);
                }
                var body = new ChunkedBody();
                body.Advance((byte[])input.Clone(), decode: true, out int consumed, out int kept);
                Assert.IsTrue(consumed <= input.Length && kept <= consumed);
            }
            catch (Exception fault) when (fault is not AssertFailedException)
            {
                Assert.Fail($"round {round}: {Convert.ToBase64String(input)}: {fault}");
            }
        }
    }

    /// <summary>However a message is cut into reads, the outcome is that of the whole.</summary>
    [TestMethod]
    public void ChunkedBody_AnySplit_SameAsWhole()
    {
        var chunks = Gen.Choose(1, 40).Select(size => new string('x', size)).NonEmptyListOf().Select(list => list.ToArray());
        Prop.ForAll(chunks.Zip(Gen.Choose(1, 9)).ToArbitrary(), input =>
        {
            var (parts, step) = input;
            string data = string.Concat(parts);
            byte[] wire = Encoding.ASCII.GetBytes(string.Concat(parts.Select(part => $"{part.Length:x}\r\n{part}\r\n")) + "0\r\nT: v\r\n\r\nNEXT");
            var body = new ChunkedBody();
            var decoded = new StringBuilder();
            int position = 0;
            var result = ChunkStep.More;
            while (result == ChunkStep.More)
            {
                byte[] piece = wire[position..Math.Min(position + step, wire.Length)];
                result = body.Advance(piece, decode: true, out int consumed, out int kept);
                decoded.Append(Encoding.ASCII.GetString(piece, 0, kept));
                position += consumed;
            }
            return result == ChunkStep.Complete && decoded.ToString() == data && Encoding.ASCII.GetString(wire[position..]) == "NEXT";
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    [DataRow("0x10\r\n"), DataRow("0_2e\r\n"), DataRow("+5\r\n"), DataRow("-1\r\n"), DataRow("12345678901234567\r\n"), DataRow("5\nhello"), DataRow("\r\n"), DataRow(" 5\r\n")]
    [DataRow("5\r\nhelloX\r\n"), DataRow("5\r\nhello\n"), DataRow("0\r\n bad: x\r\n"), DataRow("0\r\n\n"), DataRow("5;\u0001\r\n")]
    public void ChunkedBody_Malformed_IsRefused(string wire)
    {
        var body = new ChunkedBody();
        Assert.AreEqual(ChunkStep.Malformed, body.Advance(Encoding.Latin1.GetBytes(wire), decode: false, out _, out _));
    }

    /// <summary>A prefix of a good head is never refused, so a slow client is never told that it is wrong.</summary>
    [TestMethod]
    public void ParseRequest_EveryPrefixOfAGoodHead_IsIncomplete()
    {
        byte[] whole = Encoding.ASCII.GetBytes(Seeds[0]);
        for (int length = 1; length < whole.Length; length++)
            Assert.AreEqual(HeadStatus.Incomplete, HttpHeadParser.ParseRequest(whole.AsSpan(0, length), new HttpHead(), out string problem), problem);
        Assert.AreEqual(HeadStatus.Complete, HttpHeadParser.ParseRequest(whole, new HttpHead(), out _));
    }

    private static void AssertInside(HttpHead head, byte[] input)
    {
        Assert.IsLessThanOrEqualTo(input.Length, head.Length);
        foreach (var field in head.Fields)
        {
            Assert.IsTrue(field.NameStart + field.NameLength <= head.Length && field.ValueStart + field.ValueLength <= head.Length);
            Assert.IsFalse(HttpHead.Value(input, field).ContainsAny((byte)'\r', (byte)'\n', (byte)0));
        }
    }

    private static byte[] Mutate(Random random, byte[] input)
    {
        var bytes = input.ToList();
        for (int times = random.Next(1, 5); times > 0; times--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)"\r\n :;,\0\t0fF-+"[random.Next(13)]);
                    break;
                case 2 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, input.AsSpan(0, random.Next(input.Length)).ToArray());
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)'A', random.Next(1, 9000)));
                    break;
            }
        }
        return [.. bytes];
    }
}
