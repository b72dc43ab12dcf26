using System.Net;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>A key that opened something, and the session's cipher that it made with the salt.</summary>
internal sealed record FoundKey(UserEntry Entry, ShadowsocksKey Key, Aead Cipher);

/// <summary>
/// Whose bytes are these? Shadowsocks names nobody: the right key is the one that opens the first box. The key that a client's address used last is tried at
/// once; all the others off the loops, since that takes microseconds for each key. One instance a worker, used on its loop.
/// </summary>
internal sealed class KeyFinder(KeyTrial trial)
{
    /// <summary>Addresses remembered: up to twice this.</summary>
    private const int MaxRecent = 4096;

    private readonly RecentMap<IPAddress, (long User, long Key)> _recent = new(MaxRecent);

    /// <summary>The key that this address used last, if it still exists and opens the first box.</summary>
    /// <param name="boxLength">Bytes of the first box after the salt; negative for all there are.</param>
    public FoundKey? FindRecent(EngineSnapshot snapshot, IPAddress client, ReadOnlySpan<byte> head, int boxLength)
    {
        if (!_recent.TryGet(client, out var recent) || snapshot.FindEntry(recent.User) is not { } entry)
            return null;
        foreach (var key in entry.User.ShadowsocksKeys)
            if (key.Id == recent.Key)
                return KeyTrial.Try(entry, key, head, boxLength);
        return null;
    }

    /// <summary>The key that opens the first box; null when none does, or when too many are looked for now. Continues on the loop.</summary>
    public async ValueTask<FoundKey?> FindAsync(EventLoop loop, EngineSnapshot snapshot, IPAddress client, byte[] head, int boxLength)
    {
        var found = await trial.RunAsync(snapshot, head, boxLength);
        await loop.SwitchTo();
        if (found is not null)
            _recent.Set(client, (found.Entry.User.Id, found.Key.Id));
        return found;
    }
}

/// <summary>Tries keys off the loops, a bounded number of clients at a time.</summary>
internal sealed class KeyTrial
{
    /// <summary>Clients waiting; more find no key, so that probes cannot take the machine.</summary>
    private const int MaxQueued = 256;

    private readonly TaskFactory _bounded = new(
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler);

    private int _queued;

    public async Task<FoundKey?> RunAsync(EngineSnapshot snapshot, byte[] head, int boxLength)
    {
        if (Interlocked.Increment(ref _queued) > MaxQueued)
        {
            Interlocked.Decrement(ref _queued);
            return null;
        }
        try
        {
            return await _bounded.StartNew(() => Find(snapshot, head, boxLength));
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }
    }

    /// <summary>The key with its cipher, if it opens the first box.</summary>
    public static FoundKey? Try(UserEntry entry, ShadowsocksKey key, ReadOnlySpan<byte> head, int boxLength)
    {
        const int onStack = 256;
        int salt = key.Method.KeySize();
        int box = boxLength < 0 ? head.Length - salt : boxLength;
        int plain = box - Aead.TagSize;
        if (plain <= 0 || salt + box > head.Length)
            return null;
        Span<byte> memory = plain * 2 <= onStack ? stackalloc byte[onStack] : new byte[plain * 2];
        var cipher = new Aead(key, head[..salt]);
        if (cipher.Try(0, head.Slice(salt, box), memory[..plain], memory[plain..]))
            return new FoundKey(entry, key, cipher);
        cipher.Dispose();
        return null;
    }

    private static FoundKey? Find(EngineSnapshot snapshot, byte[] head, int boxLength)
    {
        foreach (var entry in snapshot.WithShadowsocksKeys)
            foreach (var key in entry.User.ShadowsocksKeys)
                if (Try(entry, key, head, boxLength) is { } found)
                    return found;
        return null;
    }
}
