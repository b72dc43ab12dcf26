using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary><c>Proxy-Status</c> has the type of RFC 9209 that says what happened: the table of docs/reference.md.</summary>
[TestClass]
public sealed class ProxyErrorTests
{
    [TestMethod]
    [DataRow("HTTP/1.1 abc\r\n\r\n", "http_protocol_error", "the status code is not a number", DisplayName = "malformed")]
    [DataRow("SSH-2.0-OpenSSH_9.2\r\n", "http_protocol_error", "does not begin with HTTP/1.", DisplayName = "no HTTP at all")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "http_protocol_error",
        "two Content-Length fields differ", DisplayName = "two lengths")]
    [DataRow("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", "http_protocol_error", "the origin answered as a proxy does",
        DisplayName = "an origin's 407")]
    [DataRow("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "http_upgrade_failed", "unasked",
        DisplayName = "an upgrade nobody asked for")]
    [DataRow("", "connection_terminated", "", DisplayName = "an end without an answer")]
    [DataRow("HTTP/1.1 200 OK\r\n", "connection_terminated", "", DisplayName = "an end within the head")]
    public async Task Origin_ThatAnswersWrongly(string reply, string error, string said)
    {
        using var origin = ScriptedUpstream.Answering(reply);
        await using var engine = EngineUnderTest.Start();
        ShouldSay(await AskAsync(engine, ForwardingTests.Request("GET", $"http://{origin.Endpoint}/")), 502, error,
            "UpstreamFailed", said);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Head_OverTheLimit_SaysSo(bool inBytes)
    {
        string fields = inBytes ? $"X: {new string('a', 40_000)}\r\n"
            : string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: a\r\n"));
        using var origin = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{fields}\r\n");
        await using var direct = EngineUnderTest.Start();
        ShouldSay(await AskAsync(direct, ForwardingTests.Request("GET", $"http://{origin.Endpoint}/")), 502,
            "http_response_header_section_size", "UpstreamFailed", "over 32 KB or 100 fields");
        await using var chained = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(origin.Endpoint)]);
        ShouldSay(await AskAsync(chained, ForwardingTests.Request("CONNECT", "a.test:443")), 502,
            "http_response_header_section_size", "UpstreamFailed", "over 32 KB or 100 fields");
    }

    [TestMethod]
    [DataRow("GET", DisplayName = "plain"), DataRow("CONNECT", DisplayName = "tunnel")]
    public async Task Nobody_Listens_IsConnectionRefused(string method)
    {
        using var nobody = new RefusingPort();
        await using var engine = EngineUnderTest.Start();
        string target = method == "GET" ? $"http://{nobody.Endpoint}/" : nobody.Endpoint.ToString();
        ShouldSay(await AskAsync(engine, ForwardingTests.Request(method, target)), 502, "connection_refused", "UpstreamFailed");
    }

    [TestMethod]
    [DataRow("HTTP/1.1 503 No\r\n\r\n", 502, "destination_unavailable", "UpstreamFailed")]
    [DataRow("HTTP/1.1 429 Slow\r\n\r\n", 502, "connection_limit_reached", "UpstreamFailed")]
    [DataRow("HTTP/1.1 407 Who\r\n\r\n", 502, "proxy_configuration_error", "UpstreamRejectedUs")]
    [DataRow("HTTP/1.1 504 Late\r\n\r\n", 504, "connection_timeout", "UpstreamTimeout")]
    [DataRow("garbage", 502, "http_protocol_error", "UpstreamFailed")]
    [DataRow("", 502, "connection_terminated", "UpstreamFailed")]
    public async Task Provider_ThatRefusesATunnel(string reply, int status, string error, string code)
    {
        using var provider = ScriptedUpstream.Answering(reply);
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(provider.Endpoint)]);
        ShouldSay(await AskAsync(engine, ForwardingTests.Request("CONNECT", "a.test:443")), status, error, code);
    }

    [TestMethod]
    [DataRow('\u0005', "connection_refused"), DataRow('\u0004', "destination_ip_unroutable")]
    [DataRow('\u0001', "destination_unavailable")]
    public async Task Socks5Provider_ThatRefuses(char reply, string error)
    {
        using var provider = new ScriptedUpstream(async peer =>
        {
            await peer.ReadAnyAsync();
            await peer.SendAsync("\u0005\0");
            await peer.ReadAnyAsync();
            await peer.SendAsync($"\u0005{reply}\0\u0001\0\0\0\0\0\0");
        });
        await using var engine =
            EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(provider.Endpoint, UpstreamProtocol.Socks5)]);
        ShouldSay(await AskAsync(engine, ForwardingTests.Request("CONNECT", "a.test:443")), 502, error, "UpstreamFailed");
    }

    [TestMethod]
    public async Task Silence_AfterTheRequest_IsAResponseTimeout()
    {
        var time = new SetTime();
        var asked = new TaskCompletionSource();
        using var silent = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            asked.SetResult();
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(time: time);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{silent.Endpoint}/"));
        await asked.Task;
        await engine.PassAsync(time, engine.Options.ResponseTimeout);
        ShouldSay(await client.ReadHeadAsync(), 504, "http_response_timeout", "UpstreamTimeout");
    }

    [TestMethod]
    public async Task Names_ThatDoNotResolve_OrNotInTime()
    {
        await using var none = EngineUnderTest.Start(lookUp: _ => []);
        ShouldSay(await AskAsync(none, ForwardingTests.Request("GET", "http://nobody.test/")), 502, "dns_error",
            "NameNotResolved");
        using var answer = new ManualResetEventSlim();
        await using var silent =
            EngineUnderTest.Start(options => options.DialTimeout = TimeSpan.FromMilliseconds(200), lookUp: _ =>
        {
            answer.Wait(Poll.DefaultDeadline);
            return [];
        });
        ShouldSay(await AskAsync(silent, ForwardingTests.Request("GET", "http://nobody.test/")), 504, "dns_timeout",
            "UpstreamTimeout");
        answer.Set();
    }

    [TestMethod]
    public async Task Forbidden_ByARule_IsNotTheAddresssFault()
    {
        var rules = new DestinationRules([81], [], [], []);
        await using var engine = EngineUnderTest.Start(users: [EngineUnderTest.User() with { Rules = rules }]);
        ShouldSay(await AskAsync(engine, ForwardingTests.Request("GET", "http://a.test:81/")), 403, "http_request_denied",
            "DestinationForbidden");
        ShouldSay(await AskAsync(engine, ForwardingTests.Request("GET", "http://10.0.0.1/")), 403, "destination_ip_prohibited",
            "DestinationForbidden");
    }

    private static async Task<string> AskAsync(EngineUnderTest engine, string request)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(request);
        var (head, body) = await client.ReadResponseAsync();
        return head + body;
    }

    private static void ShouldSay(string answer, int status, string error, string code, string said = "")
    {
        StringAssert.StartsWith(answer, $"HTTP/1.1 {status} ");
        StringAssert.Contains(answer, $"\r\nProxy-Status: node1; error={error}; details=\"{code}\"\r\n");
        StringAssert.Contains(answer, said);
    }
}
