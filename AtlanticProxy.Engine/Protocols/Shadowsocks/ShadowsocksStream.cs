using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Protocols.Shadowsocks;

/// <summary>Both directions of one client's encrypted stream, with what was opened while its request was read.</summary>
internal sealed class ShadowsocksStream(BufferPool buffers, ShadowsocksKey key, Aead cipher) : IDisposable
{
    private byte[]? _early;
    private int _earlyStart, _earlyEnd;

    /// <summary>The key that opened it.</summary>
    public long KeyId => key.Id;

    public ChunkOpener Opener { get; } = new(cipher);

    public ChunkSealer Sealer { get; } = new(key);

    /// <summary>Plain bytes from the client that stand behind its request's address: the upstream's.</summary>
    public ReadOnlySpan<byte> Early => _early.AsSpan(_earlyStart, _earlyEnd - _earlyStart);

    /// <summary>
    /// Opens the first chunk into a buffer of the loop's; what it held is <see cref="Early"/>. False when it is not genuine.
    /// </summary>
    public bool OpenFirst(ReadOnlySpan<byte> sealedBytes, out int consumed)
    {
        _early ??= buffers.RentLarge();
        bool genuine = Opener.Open(sealedBytes, _early.AsSpan(_earlyEnd), out consumed, out int written);
        _earlyEnd += written;
        return genuine;
    }

    /// <summary>
    /// Opens the whole chunks of what came since, as far as there is room behind <see cref="Early"/>. False when one is not
    /// genuine.
    /// </summary>
    public bool OpenMore(SocketInput input)
    {
        int room = Math.Min(input.Bytes.Length, _early!.Length - _earlyEnd); // what is sealed is longer than what it holds
        bool genuine = OpenFirst(input.Bytes[..room], out int consumed);
        input.Consume(consumed);
        return genuine;
    }

    public void ConsumeEarly(int bytes) => _earlyStart += bytes;

    public void ReleaseEarly()
    {
        if (_early is not null)
            buffers.Return(_early);
        _early = null;
        _earlyStart = _earlyEnd = 0;
    }

    public void Dispose()
    {
        ReleaseEarly();
        Opener.Dispose();
        Sealer.Dispose();
    }
}
