using System.Runtime.InteropServices;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>
/// An immutable map for many entries and few changes at a time: a fixed number of small dictionaries, of which a change copies
/// only those that it touches. Look-ups cost what a <see cref="Dictionary{TKey,TValue}"/>'s do; an immutable tree's cost several
/// times that.
/// </summary>
internal sealed class ShardedMap<TKey, TValue> where TKey : notnull where TValue : class
{
    /// <summary>
    /// A power of two: at 100 000 entries about 100 a shard, so one change copies about 100 entries and an array of 8 KB.
    /// </summary>
    private const int ShardCount = 1024;

    public static readonly ShardedMap<TKey, TValue> Empty = new(new Dictionary<TKey, TValue>?[ShardCount], 0);

    private readonly Dictionary<TKey, TValue>?[] _shards;

    private ShardedMap(Dictionary<TKey, TValue>?[] shards, int count)
    {
        _shards = shards;
        Count = count;
    }

    public int Count { get; }

    public IEnumerable<TValue> Values => _shards.Where(shard => shard is not null).SelectMany(shard => shard!.Values);

    public TValue? Find(TKey key) => _shards[ShardOf(key)]?.GetValueOrDefault(key);

    /// <summary>A map with the changes applied in order; a null value removes.</summary>
    public ShardedMap<TKey, TValue> With(IReadOnlyList<KeyValuePair<TKey, TValue?>> changes)
    {
        if (changes.Count == 0)
            return this;

        var shards = (Dictionary<TKey, TValue>?[])_shards.Clone();
        var copied = new bool[ShardCount];
        int count = Count;

        foreach (var (key, value) in changes)
        {
            int index = ShardOf(key);
            if (!copied[index])
            {
                shards[index] = shards[index] is { } shared ? new(shared) : [];
                copied[index] = true;
            }
            var shard = shards[index]!;
            if (value is null)
            {
                if (shard.Remove(key))
                    count--;
                continue;
            }
            ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(shard, key, out bool existed);
            slot = value;
            if (!existed)
                count++;
        }
        return new ShardedMap<TKey, TValue>(shards, count);
    }

    private static int ShardOf(TKey key)
    {
        // The dictionary inside uses the low bits: take well-mixed high ones.
        uint mixed = (uint)key.GetHashCode() * 2_654_435_769u; // 2^32 / golden ratio (Knuth, TAOCP 6.4)
        return (int)(mixed >> 22); // the top 10 bits: 0..1023
    }
}
