namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>
/// Names to match hosts against: exact ones, and suffixes that also match every name below them. Holds no text: each name is a
/// 64-bit hash in a sorted array, with an index over its leading bits, together about 8.5 bytes a name, and a look-up touches one
/// or two cache lines a label. A false match takes a collision of 64 bits: with a million names, one look-up in 10^13. Immutable.
/// </summary>
internal sealed class DomainSet
{
    public static readonly DomainSet Empty = new([]);

    /// <summary>Names for each slot of the index: a slot's hashes fill a cache line.</summary>
    private const int NamesPerSlot = 8;

    // FNV-1a, 64 bits (Fowler, Noll, Vo), over the name from its last character to its first, so that one pass gives the hash of
    // every suffix.
    private const ulong HashSeed = 14695981039346656037, HashPrime = 1099511628211;

    /// <summary>Tells an exact name from a suffix of the same spelling.</summary>
    private const ulong ExactMark = 0x9E3779B97F4A7C15;

    private readonly ulong[] _hashes;
    private readonly int[] _index;
    private readonly int _indexShift;

    private DomainSet(ulong[] hashes)
    {
        _hashes = hashes;
        int bits = Math.Max(1, (int)Math.Log2(Math.Max(2, hashes.Length / NamesPerSlot)));
        _indexShift = 64 - bits;
        _index = new int[(1 << bits) + 1];
        int position = 0;
        for (int slot = 0; slot < _index.Length; slot++)
        {
            while (position < hashes.Length && (int)(hashes[position] >> _indexShift) < slot)
                position++;
            _index[slot] = position;
        }
    }

    public int Count => _hashes.Length;

    public bool IsEmpty => _hashes.Length == 0;

    /// <summary>Bytes of memory that the names take.</summary>
    public long Bytes => (long)_hashes.Length * sizeof(ulong) + (long)_index.Length * sizeof(int);

    /// <summary>
    /// The part of <paramref name="host"/> that is in the set (the host itself, or a suffix of it); empty when none is.
    /// </summary>
    /// <param name="host">Lower case, without a final dot.</param>
    public ReadOnlySpan<char> Match(ReadOnlySpan<char> host)
    {
        if (_hashes.Length == 0)
            return default;
        ulong hash = HashSeed;
        for (int i = host.Length - 1; i >= 0; i--)
        {
            if (host[i] == '.' && Contains(Mix(hash)))
                return host[(i + 1)..];
            hash = (hash ^ host[i]) * HashPrime;
        }
        return Contains(Mix(hash)) || Contains(Mix(hash) ^ ExactMark) ? host : default;
    }

    internal void Write(BinaryWriter output)
    {
        output.Write7BitEncodedInt(_hashes.Length);
        foreach (ulong hash in _hashes)
            output.Write(hash);
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    internal static DomainSet Read(BinaryReader input)
    {
        int count = input.Read7BitEncodedInt();
        if (count == 0)
            return Empty;
        var hashes = new ulong[count];
        for (int i = 0; i < count; i++)
            hashes[i] = input.ReadUInt64();
        return new DomainSet(hashes);
    }

    private bool Contains(ulong hash)
    {
        int slot = (int)(hash >> _indexShift);
        return _hashes.AsSpan(_index[slot], _index[slot + 1] - _index[slot]).Contains(hash);
    }

    private static ulong Hash(ReadOnlySpan<char> name)
    {
        ulong hash = HashSeed;
        for (int i = name.Length - 1; i >= 0; i--)
            hash = (hash ^ name[i]) * HashPrime;
        return Mix(hash);
    }

    // FNV leaves its leading bits, by which we index, too regular: the finaliser of MurmurHash3 (Appleby).
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }

    /// <summary>Collects the names of a <see cref="DomainSet"/>.</summary>
    internal sealed class Builder
    {
        private readonly List<ulong> _hashes = [];

        public bool IsEmpty => _hashes.Count == 0;

        /// <summary>Adds what another one has collected.</summary>
        public void AddAll(Builder other) => _hashes.AddRange(other._hashes);

        /// <summary>Adds a name, any case, a final dot allowed. False when it is not a name with at least two labels.</summary>
        public bool Add(ReadOnlySpan<char> name, bool withSubdomains)
        {
            const int maxNameLength = 253, maxLabelLength = 63; // RFC 1035 section 2.3.4
            if (name is [.. var rest, '.'])
                name = rest;
            if (name.Length is 0 or > maxNameLength)
                return false;
            Span<char> lower = stackalloc char[maxNameLength];
            int label = 0, labels = 1;
            for (int i = 0; i < name.Length; i++)
            {
                char c = char.ToLowerInvariant(name[i]);
                if (c == '.')
                {
                    if (label == 0)
                        return false;
                    label = 0;
                    labels++;
                }
                else if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_') || ++label > maxLabelLength)
                    return false;
                lower[i] = c;
            }
            if (label == 0 || labels < 2)
                return false;
            ulong hash = Hash(lower[..name.Length]);
            _hashes.Add(withSubdomains ? hash : hash ^ ExactMark);
            return true;
        }

        public DomainSet Build()
        {
            if (_hashes.Count == 0)
                return Empty;
            var hashes = _hashes.ToArray();
            Array.Sort(hashes);
            int distinct = 1;
            for (int i = 1; i < hashes.Length; i++)
                if (hashes[i] != hashes[distinct - 1])
                    hashes[distinct++] = hashes[i];
            return new DomainSet(hashes[..distinct]);
        }
    }
}
