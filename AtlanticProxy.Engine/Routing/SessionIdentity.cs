using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>
/// Who a session is, computed from what every node knows, so that none has to remember it: any node, after any restart, gives it
/// the same exit.
/// </summary>
internal readonly struct SessionIdentity
{
    /// <summary>Characters of the session name sent upstream: 64 bits in hex, short enough for every provider.</summary>
    private const int UpstreamLength = 16;

    private const int SecondsPerMinute = 60;

    private readonly byte[] _hash;

    private SessionIdentity(byte[] hash) => _hash = hash;

    /// <summary>
    /// What ranks providers and exits for this session. It does not change with the rotation, so that the provider stays.
    /// </summary>
    public ulong Seed => BinaryPrimitives.ReadUInt64LittleEndian(_hash);

    /// <param name="key">The appliance's: without it, nobody can tell from a name upstream whose session it is.</param>
    /// <param name="session">The user's own name for it. Two users may choose the same.</param>
    public static SessionIdentity Of(ReadOnlySpan<byte> key, ProxyUser user, string session)
    {
        int changes = user.SessionGenerations.Count == 0 ? 0 : user.SessionGenerations.GetValueOrDefault(session);
        byte[] hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{user.Id}/{user.Generation}/{changes}/{session}"));
        return new SessionIdentity(hash);
    }

    /// <summary>
    /// The session's name upstream: another one after each <paramref name="ttlMinutes"/>. Sessions turn at different instants, by
    /// their seed, so that a reseller's thousands do not all knock at once.
    /// </summary>
    /// <param name="move">0; or how often the session had to move on, its exits being dead.</param>
    public string Upstream(ReadOnlySpan<byte> key, int ttlMinutes, DateTimeOffset now, int move)
    {
        long ttl = ttlMinutes * SecondsPerMinute;
        long epoch = (now.ToUnixTimeSeconds() + (long)(Seed % (ulong)ttl)) / ttl;
        Span<byte> message = stackalloc byte[HMACSHA256.HashSizeInBytes + sizeof(long) + sizeof(int)];
        _hash.CopyTo(message);
        BinaryPrimitives.WriteInt64LittleEndian(message[HMACSHA256.HashSizeInBytes..], epoch);
        BinaryPrimitives.WriteInt32LittleEndian(message[(HMACSHA256.HashSizeInBytes + sizeof(long))..], move);
        Span<byte> name = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, name);
        return Convert.ToHexStringLower(name[..(UpstreamLength / 2)]);
    }
}
