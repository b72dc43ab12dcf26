using System.Security.Cryptography;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>The key that an address used last.</summary>
[TestClass]
public sealed class LastKeyTests
{
    private static readonly ShadowsocksKey Alices = ShadowsocksServer.AlicesKey(ShadowsocksMethod.ChaCha20Poly1305),
    Bobs = ShadowsocksServer.BobsKey;

    // Two of them pass before the minute does in which guesses count.
    private static readonly TimeSpan s_headTimeout = FailedTries.Window / 6;

    private readonly SetTime _time = new(flows: true); // who is silent is read at a slow walk

    [TestMethod]
    public async Task LastKey_WhereNoOtherIsTriedAnyMore_IsStillServed()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = s_headTimeout, time: _time);
        using var origin = new EchoOrigin();
        foreach (var key in (ShadowsocksKey[])[Alices, Bobs, Alices]) // another than the last is found as well
            await IsServedAsync(server, key, origin);

        // Somebody at the same address tries keys until nobody's are tried there any more.
        var guesses = new List<RawClient>();
        for (int i = 0; i <= FailedTries.Most; i++)
        {
            guesses.Add(await RawClient.ConnectAsync(server.Endpoint));
            await guesses[i].SendAsync(RandomNumberGenerator.GetBytes(100));
        }
        await server.Engine.PassAsync(_time, s_headTimeout);
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0, because: "guesses end in silence");
        guesses.ForEach(guess => guess.Dispose());

        using var other = await ShadowsocksClient.ConnectAsync(server.Endpoint, Bobs);
        await other.Raw.SendAsync(other.Opening(origin.Endpoint, "hello"u8));
        await IsServedAsync(server, Alices, origin); // what the address used last needs no search
        await server.Engine.PassAsync(_time, s_headTimeout);
        Assert.AreEqual(0, await other.Raw.ReadSomeAsync(new byte[1024]), "a search is not made");
    }

    private static async Task IsServedAsync(ShadowsocksServer server, ShadowsocksKey key, EchoOrigin origin)
    {
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, key);
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, "hello"u8));
        CollectionAssert.AreEqual("hello"u8.ToArray(), await client.ReadAsync(5));
    }
}
