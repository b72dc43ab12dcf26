using System.Net.Sockets;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Fuzzing;

/// <summary>
/// What cannot be fuzzed as a function: whole dialogues, damaged here and there, on real sockets. Whatever is said, nobody's
/// connection ends by a fault of ours, and nothing is left of it. Same seed, same damage.
/// </summary>
[TestClass]
public sealed class DialogueFuzzTests
{
    private const int Rounds = 4_000, RandomSeed = 20261122;

    private static readonly string Basic = EngineUnderTest.BasicHeader();

    private static readonly string[] Openings =
    [
        "\u0005\u0001\u0002\u0001\u0005alice\u0006secret\u0005\u0001\0\u0003\u000bexample.com\u0001\u00bbhello",
        "\u0005\u0001\u0002\u0001\u0005alice\u0006secret\u0005\u0001\0\u0001\u0001\u0001\u0001\u0001\u0001\u00bbhello",
        "\u0005\u0002\0\u0002\u0001\u0010alice-country-de\u0006secret\u0005\u0001\0\u0004"
            + "\u0026\u0006\u0047\0\u0047\0\0\0\0\0\0\0\0\0\u0011\u0011\u0001\u00bbhello",
        "\u0004\u0001\0\u0050\u0001\u0001\u0001\u0001\0",
        $"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n{Basic}\r\nhello",
        $"CONNECT [2606:4700::1111]:443 HTTP/1.0\r\n{Basic}Connection: close\r\n\r\n",
        $"GET http://example.com/path?query HTTP/1.1\r\nHost: example.com\r\n{Basic}Connection: keep-alive, x\r\nX: y\r\n\r\n",
        $"POST http://example.com:8080/ HTTP/1.1\r\n{Basic}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: v\r\n\r\n",
        $"POST http://example.com/ HTTP/1.1\r\n{Basic}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhelloGET "
            + $"http://example.com/ HTTP/1.1\r\n{Basic}\r\n",
    ];

    private static readonly string[] HttpReplies =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nok\r\n0\r\nT: "
            + "v\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    ];

    private static readonly string[] SocksReplies =
    [
        "\u0005\u0002\u0001\0\u0005\0\0\u0001\u007f\0\0\u0001\0\u0050HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "\u0005\0\u0005\0\0\u0003\u0004exit\0\u0050HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "\u0005\u0002\u0001\0\u0005\u0004\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ];

    [TestMethod]
    public async Task Clients_WhateverTheySay_LeaveNothingBehind()
    {
        using var upstream = Upstream(() => HttpReplies[0]);
        await FuzzAsync(upstream, EngineUnderTest.Upstream(upstream.Endpoint), random =>
            Damage(Openings[random.Next(Openings.Length)], random));
    }

    [TestMethod]
    [DataRow(UpstreamProtocol.Http), DataRow(UpstreamProtocol.Socks5)]
    public async Task Upstreams_WhateverTheyAnswer_LeaveNothingBehind(UpstreamProtocol protocol)
    {
        var random = new Random(RandomSeed);
        string[] replies = protocol == UpstreamProtocol.Http ? HttpReplies : SocksReplies;
        using var upstream = Upstream(() =>
        {
            lock (random)
                return Damage(replies[random.Next(replies.Length)], random);
        });
        await FuzzAsync(
            upstream, EngineUnderTest.Upstream(upstream.Endpoint, protocol, username: "acme", password: "pw"),
            some => Openings[some.Next(Openings.Length)], new SetTime());
    }

    private static async Task FuzzAsync(
        ScriptedUpstream upstream, Provider provider, Func<Random, string> say, TimeProvider? health = null)
    {
        await using var engine = EngineUnderTest.Start(
            options =>
            {
                options.HeadTimeout = options.ResponseTimeout = options.IdleTimeout = options.DialTimeout =
                    TimeSpan.FromMilliseconds(300);
                options.DeniedPorts.Clear();
            },
            [provider], health: health);
        var random = new Random(RandomSeed);
        for (int round = 0; round < Rounds; round++)
        {
            using var client = await engine.ConnectAsync();
            try
            {
                await client.SendAsync(say(random));
                if (round % 50 == 0)
                    await client.ReadSomeAsync(new byte[100]); // an answer, or the timeout
                if (round % 3 == 0)
                    client.FinishSending();
                else if (round % 3 == 1)
                    client.Reset();
            }
            catch (SocketException)
            {
                // It was refused before it had said all.
            }
        }
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0, because: "no connection is left");
        Assert.IsFalse(engine.Log.Contains("A connection failed") || engine.Log.Contains("A handler failed"),
            string.Join('\n', engine.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        await Poll.UntilAsync(() => ServesAsync(engine), because: "it goes on serving");
        await engine.DisposeAsync(); // closes those that wait for another request
        await Poll.UntilAsync(() => upstream.Ended == upstream.Accepted, because: "no upstream connection is left");
        Assert.AreEqual(0, engine.Engine.Providers.Single().Connections, "nor its place");
    }

    // Its timeouts are short: who is held up says nothing in time, and is told nothing.
    private static async Task<bool> ServesAsync(EngineUnderTest engine)
    {
        try
        {
            await engine.TurnAsync();
            return true;
        }
        catch (Exception late) when (late is SocketException or EndOfStreamException)
        {
            return false;
        }
    }

    /// <summary>Says a reply to whatever comes first, and ends when the engine does.</summary>
    private static ScriptedUpstream Upstream(Func<string> reply) => new(async peer =>
    {
        await peer.ReadAnyAsync();
        await peer.SendAsync(reply());
        await peer.DrainAsync();
    });

    private static string Damage(string text, Random random)
    {
        var damaged = new System.Text.StringBuilder(text);
        for (int times = random.Next(3); times > 0 && damaged.Length > 0; times--)
        {
            int at = random.Next(damaged.Length);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = (char)random.Next(256);
                    break;
                case 1:
                    damaged[at] = (char)(damaged[at] ^ (1 << random.Next(8)));
                    break;
                case 2:
                    damaged.Remove(at, Math.Min(random.Next(1, 9), damaged.Length - at));
                    break;
                case 3:
                    damaged.Insert(at, text[..random.Next(text.Length)]);
                    break;
                case 4:
                    damaged.Length = at;
                    break;
            }
        }
        return damaged.ToString();
    }
}
