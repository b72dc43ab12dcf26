using System.Numerics;
using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Fuzzing;

/// <summary>
/// Every parser of what strangers send: whatever comes, it neither throws nor reads outside, and its answer is whole.
/// </summary>
[TestClass]
public sealed class FuzzTests
{
    /// <summary>Inputs tried of each parser: a second or two.</summary>
    private const int Rounds = 60_000;

    private static readonly ShadowsocksKey Key = ShadowsocksKey.FromPassword(1, ShadowsocksMethod.Aes128Gcm, "fuzz");

    [TestMethod]
    public void HttpRequest_AnyBytes_IsParsedWithinThem() => Run("http-request", input =>
    {
        var head = new HttpHead();
        var status = HttpHeadParser.ParseRequest(input, head, out string problem);
        if (status == HeadStatus.Complete)
            AssertInside(head, input);
        return $"{status} {problem} {Shape(head, status)}";
    });

    [TestMethod]
    public void HttpResponse_AnyBytes_IsParsedWithinThem() => Run("http-response", input =>
    {
        var head = new HttpHead();
        var status = HttpHeadParser.ParseResponse(input, head, out string problem);
        if (status != HeadStatus.Complete)
            return $"{status} {problem}";
        AssertInside(head, input);
        var framed = HttpHeadParser.FrameResponse(input, head, toHead: false, out string framing);
        return $"{status} {framed} {framing} {head.Status / 100} {Shape(head, status)}";
    });

    [TestMethod]
    public void ChunkedBody_AnyBytes_EndsWhereItDoesInOnePieceAndInTwo() => Run("chunked", input =>
    {
        var whole = new ChunkedBody();
        var step = whole.Advance((byte[])input.Clone(), decode: true, out int consumed, out int kept);
        Assert.IsTrue(consumed <= input.Length && kept <= consumed);

        int half = input.Length / 2;
        var split = new ChunkedBody();
        var first = split.Advance(input.AsSpan(0, half), decode: false, out int before, out _);
        var second = first == ChunkStep.More ? split.Advance(input.AsSpan(before), decode: false, out int after, out _) : first;
        Assert.AreEqual(step, second);
        AssertForgives(input);
        return $"{step} {Size(consumed)} {Size(kept)} {first}";
    });

    [TestMethod]
    public void Username_AnyBytes_NamesOneUserOrOneBadToken() => Run("username", input =>
    {
        var parsed = UsernameParser.Parse(Encoding.UTF8.GetString(input));
        if (parsed.BadToken is not null)
        {
            Assert.AreEqual(Targeting.None, parsed.Targeting);
            Assert.IsTrue(parsed.Problem!.All(c => c is >= ' ' and <= '~'), parsed.Problem);
        }
        var targeting = parsed.Targeting;
        return $"{Size(parsed.Name.Length)} {parsed.BadToken is null} {parsed.Hint is null} "
            + $"{Size(parsed.BadToken?.Length ?? 0)} {Kind(targeting.ToString())}";
    });

    [TestMethod]
    public void ProxyHeader_AnyBytes_IsReadWithinThem() => Run("proxy-header", input =>
    {
        var status = ProxyProtocol.Parse(input, out int length, out var source);
        if (status == ProxyHeaderStatus.Complete)
            Assert.IsTrue(length > 0 && length <= input.Length);
        else
            Assert.IsNull(source);
        return $"{status} {Size(length)} {source?.AddressFamily} {(input.Length > 0 ? input[0] : -1)}";
    });

    [TestMethod]
    public void SocksAddress_AnyBytes_IsReadWithinItsLength() => Run("socks-address", input =>
    {
        if (input.Length == 0)
            return "nothing";
        if (input.Length == 1 && input[0] == SocksAddress.TypeName)
            return "a name without its length"; // which every caller waits for
        int expected = SocksAddress.Length(input);
        var destination = SocksAddress.Read(input, out int length);
        Assert.IsTrue(destination is null || (length == expected && length <= input.Length));
        return $"{expected} {destination is null} {destination?.Literal?.AddressFamily}";
    });

    [TestMethod]
    public void Target_AnyBytes_IsOneDestinationHoweverOftenItIsWritten() => Run("target", input =>
    {
        bool absolute = RequestLine.SplitAbsoluteForm(input, out var authority, out var path);
        var destination = Destination.ParseAuthority(absolute ? authority : input, absolute ? RequestLine.HttpPort : null);
        if (absolute)
            Assert.IsLessThan(input.Length, authority.Length + path.Length);
        if (destination is null)
            return $"{absolute} none {Size(authority.Length)}";
        Assert.IsTrue(destination.Port is >= 1 and <= 65535);
        Assert.IsTrue(destination.Host.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '.' or '_' or ':')
            && destination.Host[^1] != '.', destination.Host);
        // What is sent upstream and what the rules look at is what was parsed: written out and read again, it is the same.
        Assert.AreEqual(destination, Destination.ParseAuthority(Encoding.ASCII.GetBytes(destination.Authority), null));
        return $"{absolute} {destination.Literal?.AddressFamily} {Size(destination.Host.Length)} "
            + $"{destination.Host.Count(c => c == '.')} {Size(path.Length)}";
    });

    [TestMethod]
    public void ShadowsocksChunks_AnyPlainOrDamagedBytes_AreOpenedWholeOrRefused() => Run("shadowsocks", input =>
    {
        byte[] box = new byte[ChunkSealer.SealedSize(Math.Max(input.Length, 1))];
        using var sealer = new ChunkSealer(Key);
        int length = sealer.Seal(input, box);
        int salt = Key.MasterKey.Length;
        // The input also says which byte is damaged, if one is.
        bool damaged = input.Length > 2 && input[^1] % 2 == 0;
        if (damaged)
            box[salt + (input[^1] << 8 | input[^2]) % Math.Max(length - salt, 1)] ^= 1;

        using var opener = new ChunkOpener(new Aead(Key, box.AsSpan(0, salt)));
        byte[] plain = new byte[input.Length + ChunkOpener.MaxPayload];
        bool genuine = opener.Open(box.AsSpan(salt, Math.Max(length - salt, 0)), plain, out int consumed, out int written);
        Assert.AreEqual(!damaged, genuine);
        Assert.IsTrue(plain.AsSpan(0, written).SequenceEqual(input.AsSpan(0, written)) && consumed <= length);
        var destination = written > 1 ? SocksAddress.Read(plain.AsSpan(0, written), out _) : null;
        return $"{genuine} {Size(written)} {destination is null} {destination?.Literal?.AddressFamily}";
    }, Rounds / 4);

    [TestMethod]
    public void ClientHello_AnyBytes_HasAtMostOneName() => Run("client-hello", input =>
    {
        Span<char> name = stackalloc char[255];
        var status = ClientHello.Read(input, name, out int length);
        Assert.IsTrue(length is >= 0 and <= 255 && (length > 0) == (status == HelloStatus.Named));
        return $"{status} {Size(length)} {Size(input.Length)} {(input.Length > 5 ? input[5] : -1)}";
    });

    // Of a response, more is understood, and what is passed on is what a strict reader takes.
    private static void AssertForgives(byte[] input)
    {
        var body = new ChunkedBody(lenient: true);
        var passedOn = new List<byte>();
        byte[] bytes = (byte[])input.Clone();
        int position = 0;
        var step = ChunkStep.More;
        while (step == ChunkStep.More && position < bytes.Length)
        {
            step = body.Advance(bytes.AsSpan(position), decode: false, out int consumed, out int kept);
            passedOn.AddRange(body.EndsLine ? "\r\n"u8 : bytes.AsSpan(position, kept));
            position += consumed;
            if (body.WaitsForLine)
                break;
            Assert.IsTrue(step != ChunkStep.More || consumed > 0, "it goes on");
        }
        byte[] rebuilt = [.. passedOn];
        if (step == ChunkStep.Malformed)
            return;
        Assert.AreEqual(step, new ChunkedBody().Advance(rebuilt, decode: false, out int used, out _));
        Assert.HasCount(used, rebuilt);
    }

    private static void Run(string name, FuzzTarget target, int rounds = Rounds)
    {
        var fuzzer = new Fuzzer(name, target);
        fuzzer.Run(rounds);
        Assert.IsGreaterThan(0, fuzzer.Found, "Mutation found nothing that the seeds do not do: the feedback is broken.");
    }

    private static void AssertInside(HttpHead head, byte[] input)
    {
        Assert.IsLessThanOrEqualTo(input.Length, head.Length);
        foreach (var field in head.Fields)
        {
            Assert.IsTrue(field.NameStart + field.NameLength <= head.Length
                && field.ValueStart + field.ValueLength <= head.Length);
            Assert.IsFalse(HttpHead.Value(input, field).ContainsAny((byte)'\r', (byte)'\n', (byte)0));
        }
    }

    private static string Shape(HttpHead head, HeadStatus status) =>
        status == HeadStatus.Complete ? $"{head.Fields.Length} {Size(head.Length)}" : "";

    /// <summary>Which properties are set, whatever to.</summary>
    private static string Kind(string record) =>
        string.Join(',',
            record.Split(", ").Where(part => !part.EndsWith("= ", StringComparison.Ordinal))
                .Select(part => part.Split(" = ")[0]));

    /// <summary>A length by its order of magnitude.</summary>
    private static int Size(int length) => BitOperations.Log2((uint)Math.Max(length, 0) + 1);
}
