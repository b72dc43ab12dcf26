using System.Net;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>A Shadowsocks client whose every byte a test may choose.</summary>
internal sealed class ShadowsocksClient : IDisposable
{
    private readonly ShadowsocksKey _key;
    private readonly ChunkSealer _sealer;
    private ChunkOpener? _opener;

    private ShadowsocksClient(RawClient raw, ShadowsocksKey key) => (Raw, _key, _sealer) = (raw, key, new ChunkSealer(key));

    public RawClient Raw { get; }

    public static async Task<ShadowsocksClient> ConnectAsync(IPEndPoint server, ShadowsocksKey key) =>
        new(await RawClient.ConnectAsync(server), key);

    public static byte[] AddressOf(IPEndPoint destination)
    {
        byte[] address = new byte[SocksAddress.LengthOf(destination.Address)];
        SocksAddress.Write(address, destination.Address, destination.Port);
        return address;
    }

    /// <summary>The bytes on the wire for a first chunk with a destination and perhaps more.</summary>
    public byte[] Opening(IPEndPoint destination, params ReadOnlySpan<byte> payload) =>
        Seal([.. AddressOf(destination), .. payload]);

    public byte[] Seal(params ReadOnlySpan<byte> plain)
    {
        byte[] box = new byte[ChunkSealer.SealedSize(plain.Length)];
        return box[.._sealer.Seal(plain, box)];
    }

    public async Task<byte[]> ReadAsync(int length)
    {
        if (_opener is null)
            await ReadSaltAsync();
        var plain = new MemoryStream();
        byte[] into = new byte[ChunkOpener.MaxPayload];
        while (plain.Length < length)
        {
            byte[] box = await Raw.ReadAsync(_opener!.Needed);
            Assert.IsTrue(_opener.Open(box, into, out _, out int written), "what the server sent is not genuine");
            plain.Write(into, 0, written);
        }
        Assert.AreEqual(length, plain.Length);
        return plain.ToArray();
    }

    /// <summary>All plain bytes until the server ends.</summary>
    public async Task CopyToAsync(Stream to)
    {
        try
        {
            while (true)
            {
                if (_opener is null)
                    await ReadSaltAsync();
                byte[] box = await Raw.ReadAsync(_opener!.Needed);
                byte[] into = new byte[ChunkOpener.MaxPayload];
                Assert.IsTrue(_opener.Open(box, into, out _, out int written), "what the server sent is not genuine");
                to.Write(into, 0, written);
            }
        }
        catch (EndOfStreamException end) when (end.Message.Contains("there were 0", StringComparison.Ordinal))
        {
            // the end, between two boxes
        }
    }

    /// <summary>One packet on the wire.</summary>
    public static byte[] Packet(ShadowsocksKey key, ReadOnlySpan<byte> plain)
    {
        int salt = key.MasterKey.Length;
        byte[] packet = new byte[salt + plain.Length + Aead.TagSize];
        RandomNumberGenerator.Fill(packet.AsSpan(0, salt));
        using var cipher = new Aead(key, packet.AsSpan(0, salt));
        cipher.Seal(0, plain, packet.AsSpan(salt));
        return packet;
    }

    public static byte[] OpenPacket(ShadowsocksKey key, ReadOnlySpan<byte> packet)
    {
        int salt = key.MasterKey.Length;
        byte[] plain = new byte[packet.Length - salt - Aead.TagSize];
        using var cipher = new Aead(key, packet[..salt]);
        Assert.IsTrue(cipher.TryOpen(0, packet[salt..], plain), "what the server sent is not genuine");
        return plain;
    }

    private async Task ReadSaltAsync() => _opener = new ChunkOpener(new Aead(_key, await Raw.ReadAsync(_key.MasterKey.Length)));

    public void Dispose()
    {
        Raw.Dispose();
        _sealer.Dispose();
        _opener?.Dispose();
    }
}
