using System.Net;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>A key that opened something, and the session's cipher that it made with the salt.</summary>
internal sealed record FoundKey(UserEntry Entry, ShadowsocksKey Key, Aead Cipher);

/// <summary>
/// Whose bytes are these? Shadowsocks names nobody: the right key is the one that opens the first box. The key that a client's
/// address used last is tried at once; all the others off the loops (<see cref="KeyTrial"/>). One instance a loop, used on it.
/// </summary>
internal sealed class KeyFinder(EventLoop loop, LiveSnapshot live)
{
    /// <summary>Addresses remembered: up to twice this.</summary>
    private const int MaxRecent = 4096;

    private readonly RecentMap<IPAddress, (long User, long Key)> _recent = new(MaxRecent);

    /// <summary>The key that this address used last, if it still exists and opens the first box.</summary>
    /// <param name="boxLength">Bytes of the first box after the salt; negative for all there are.</param>
    public FoundKey? FindRecent(IPAddress client, ReadOnlySpan<byte> head, int boxLength)
    {
        if (!_recent.TryGet(client, out var recent) || live.Snapshot.FindEntry(recent.User) is not { } entry)
            return null;
        foreach (var key in entry.User.ShadowsocksKeys)
            if (key.Id == recent.Key)
                return KeyTrial.Try(entry, key, head, boxLength);
        return null;
    }

    /// <summary>
    /// The key that opens the first box; null when none does, or when too many are looked for now. Continues on the loop.
    /// </summary>
    public async LoopTask<FoundKey?> FindAsync(KeyTrial trial, IPAddress client, byte[] head, int boxLength)
    {
        var found = await trial.RunAsync(live.Snapshot, client, head, boxLength);
        await loop.SwitchTo();
        if (found is null)
            return null;
        // Keys are taken away as well, meanwhile.
        if (live.Snapshot.FindUser(found.Entry.User.Id)?.HasShadowsocksKey(found.Key.Id) != true)
        {
            found.Cipher.Dispose();
            return null;
        }
        _recent.Set(client, (found.Entry.User.Id, found.Key.Id));
        return found;
    }
}
