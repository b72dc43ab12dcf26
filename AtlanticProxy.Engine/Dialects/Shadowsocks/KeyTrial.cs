using System.Net;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>
/// Tries keys off the loops. A try takes microseconds for each key, so that with thousands of keys whoever sends random bytes makes us work: clients wait in
/// a bounded queue for half of the cores, and an address that has failed often waits in vain until the minute is over. From any thread.
/// </summary>
internal sealed class KeyTrial(TimeProvider time)
{
    /// <summary>
    /// Tries in <see cref="Window"/> that find nothing, for one address (IPv6: one /64). 32: a phone with a stale key tries again every few seconds; with 10 000
    /// keys it is a few percent of a core (docs/benchmarks.md).
    /// </summary>
    public const int MaxFailures = 32;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Clients waiting; more find no key.</summary>
    private const int MaxQueued = 256;

    /// <summary>Addresses remembered: up to twice this.</summary>
    private const int MaxAddresses = 16384;

    private readonly TaskFactory _bounded = new(
        new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Math.Max(1, Environment.ProcessorCount / 2)).ConcurrentScheduler);

    private readonly RecentMap<ulong, (long Since, int Count)> _failures = new(MaxAddresses);
    private readonly Lock _counting = new();
    private int _queued;

    /// <summary>The key that opens the first box; null when none does, or when this address, or everybody, has tried too often.</summary>
    public async Task<FoundKey?> RunAsync(EngineSnapshot snapshot, IPAddress client, byte[] head, int boxLength)
    {
        ulong address = AddressCounts.KeyOf(client);
        if (!TryCount(address))
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
                Uncount(address);
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

    // Every try counts as failed until it has found something, so that many at once are no way around.
    private bool TryCount(ulong address)
    {
        long now = time.GetTimestamp();
        lock (_counting)
        {
            if (!_failures.TryGet(address, out var failures) || time.GetElapsedTime(failures.Since, now) >= Window)
                failures = (now, 0);
            if (failures.Count >= MaxFailures)
                return false;
            _failures.Set(address, (failures.Since, failures.Count + 1));
            return true;
        }
    }

    private void Uncount(ulong address)
    {
        lock (_counting)
            if (_failures.TryGet(address, out var failures) && failures.Count > 0)
                _failures.Set(address, (failures.Since, failures.Count - 1));
    }
}
