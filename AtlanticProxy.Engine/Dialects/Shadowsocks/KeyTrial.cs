using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>
/// Tries keys off the loops. A try takes microseconds for each key, so that with thousands of keys whoever sends random bytes
/// makes us work: clients wait in a bounded queue for half of the cores, and an address that has failed often waits in vain until
/// the minute is over. From any thread.
/// </summary>
internal sealed class KeyTrial(TimeProvider time)
{
    /// <summary>Clients waiting; more find no key.</summary>
    private const int MaxQueued = 256;

    private readonly TaskFactory _bounded = new(
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default,
            Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler);

    private readonly FailedTries _failures = new(time);
    private int _queued;

    /// <summary>
    /// The key that opens the first box; null when none does, or when this address, or everybody, has tried too often.
    /// </summary>
    public async Task<FoundKey?> RunAsync(EngineSnapshot snapshot, IPAddress client, byte[] head, int boxLength)
    {
        if (!_failures.TryCount(client))
            return null;
        if (Interlocked.Increment(ref _queued) > MaxQueued)
        {
            Interlocked.Decrement(ref _queued);
            return null;
        }
        try
        {
            var found = await _bounded.StartNew(() => Find(snapshot, head, boxLength));
            if (found is not null)
                _failures.Uncount(client);
            return found;
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

    /// <summary>The first of all keys that opens the first box.</summary>
    public static FoundKey? Find(EngineSnapshot snapshot, byte[] head, int boxLength)
    {
        foreach (var entry in snapshot.WithShadowsocksKeys)
            foreach (var key in entry.User.ShadowsocksKeys)
                if (Try(entry, key, head, boxLength) is { } found)
                    return found;
        return null;
    }
}
