using AtlanticProxy.Engine.Limits;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>A proxy user in the snapshot, with what the engine remembers of it from one snapshot to the next.</summary>
internal sealed record UserEntry(ProxyUser User, UserActivity Activity);

/// <summary>Mutable state of one proxy user on this node, shared by all loops without locks.</summary>
internal sealed class UserActivity
{
    private UseScope? _use;
    private Verified? _verified;

    /// <summary>Connections of the user now.</summary>
    public int Connections => Volatile.Read(ref _use)?.Connections ?? 0;

    /// <summary>What the user uses; made when it first does.</summary>
    public UseScope Use(TimeProvider time) =>
        Volatile.Read(ref _use) ?? Interlocked.CompareExchange(ref _use, new UseScope(time), null) ?? _use;

    /// <summary>Whether this very secret was verified before against this very verifier.</summary>
    public bool IsVerified(SecretVerifier verifier, ReadOnlySpan<byte> secret) =>
        Volatile.Read(ref _verified) is { } verified && verified.By == verifier && verified.Matches(secret);

    public void Remember(SecretVerifier verifier, ReadOnlySpan<byte> secret) =>
        Volatile.Write(ref _verified, new Verified(verifier, secret));

    /// <summary>Keeps a keyed hash, not the secret; the key lives and dies with this process.</summary>
    private sealed class Verified(SecretVerifier by, ReadOnlySpan<byte> secret)
    {
        private static readonly SipHash Keyed = SipHash.WithRandomKey();
        private readonly UInt128 _hash = Keyed.Of(secret);

        public SecretVerifier By { get; } = by;

        // How long comparing takes tells nothing: nobody else can compute the hash of what they try.
        public bool Matches(ReadOnlySpan<byte> secret) => Keyed.Of(secret) == _hash;
    }
}
