using System.Security.Cryptography;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>The key that an address used last.</summary>
[TestClass]
public sealed class LastKeyTests
{
    private static readonly ShadowsocksKey Alices = ShadowsocksServer.AlicesKey(ShadowsocksMethod.ChaCha20Poly1305), Bobs = ShadowsocksServer.BobsKey;

    [TestMethod]
    public async Task LastKey_WhereNoOtherIsTriedAnyMore_IsStillServed()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = TimeSpan.FromMilliseconds(500));
        using var origin = new EchoOrigin();
        foreach (var key in (ShadowsocksKey[])[Alices, Bobs, Alices]) // another than the last is found as well
            Assert.IsTrue(await IsServedAsync(server, key, origin));

        // Somebody at the same address tries keys until nobody's are tried there any more.
        var guesses = new List<RawClient>();
        for (int i = 0; i <= KeyTrial.MaxFailures; i++)
        {
            guesses.Add(await RawClient.ConnectAsync(server.Endpoint));
            await guesses[i].SendAsync(RandomNumberGenerator.GetBytes(100));
        }
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0, because: "guesses end in silence");
        guesses.ForEach(guess => guess.Dispose());

        Assert.IsTrue(await IsServedAsync(server, Alices, origin), "what the address used last needs no search");
        Assert.IsFalse(await IsServedAsync(server, Bobs, origin), "a search is not made");
    }

    private static async Task<bool> IsServedAsync(ShadowsocksServer server, ShadowsocksKey key, EchoOrigin origin)
    {
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, key);
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, "hello"u8));
        var answer = new byte[1024];
        return await client.Raw.ReadSomeAsync(answer) > 0;
    }
}
