using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AtlanticProxy.Engine.Limits;

/// <summary>
/// Open connections by client address, over all loops. IPv6 is counted by /64, which is what one subscriber has.
/// </summary>
/// <param name="limit">Connections that one address may have; 0 for any number, and then nothing is counted.</param>
internal sealed class AddressCounts(int limit)
{
    /// <summary>Locks, so that loops seldom meet at one.</summary>
    private const int ShardCount = 32;

    private readonly Dictionary<ulong, int>[] _shards =
        [.. Enumerable.Range(0, ShardCount).Select(_ => new Dictionary<ulong, int>())];

    /// <summary>Addresses that have connections now.</summary>
    public int Count => _shards.Sum(shard =>
    {
        lock (shard)
            return shard.Count;
    });

    public bool TryEnter(IPAddress address)
    {
        if (limit == 0)
            return true;
        ulong key = KeyOf(address);
        var shard = ShardOf(key);
        lock (shard)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(shard, key, out _);
            if (count >= limit)
                return false;
            count++;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        if (limit == 0)
            return;
        ulong key = KeyOf(address);
        var shard = ShardOf(key);
        lock (shard)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(shard, key);
            if (--count == 0)
                shard.Remove(key);
        }
    }

    /// <summary>
    /// What an address is counted by. An IPv4 address as a number lies where IPv6 prefixes of ::/32 would be, which nobody
    /// connects from.
    /// </summary>
    public static ulong KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private Dictionary<ulong, int> ShardOf(ulong key) => _shards[(key ^ (key >> 16) ^ (key >> 32)) % ShardCount];
}
