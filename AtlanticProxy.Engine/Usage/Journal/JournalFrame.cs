using System.Buffers.Binary;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// One batch as bytes: <c>length u32 | CRC-32C u32 | sequence u64 | rows</c>, little-endian; length and checksum are of what
/// follows them. A row is
/// <c>proxy user | provider | country (2 bytes, zero for none) | slot | up | down | connections</c>, numbers in LEB128.
/// </summary>
internal static class JournalFrame
{
    /// <summary>Rows of one frame at most, so that a reader's buffer has a bound.</summary>
    public const int MaxRows = 8192;

    private const int HeadSize = 8, SequenceSize = 8, CountrySize = 2, MaxNumberSize = 10, NumbersInRow = 6;

    private const int MaxRowSize = NumbersInRow * MaxNumberSize + CountrySize;

    /// <summary>No frame is longer, head included.</summary>
    public const int MaxSize = HeadSize + SequenceSize + MaxRows * MaxRowSize;

    /// <summary>
    /// Writes the frame to the beginning of <paramref name="into"/>, which has room for <see cref="MaxSize"/>. Its length.
    /// </summary>
    public static int Write(Span<byte> into, long sequence, ReadOnlySpan<UsageDelta> rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Length, MaxRows);
        int end = HeadSize;
        BinaryPrimitives.WriteInt64LittleEndian(into[end..], sequence);
        end += SequenceSize;
        foreach (ref readonly var row in rows)
        {
            end += WriteNumber(into[end..], row.Key.ProxyUserId);
            end += WriteNumber(into[end..], row.Key.ProviderId);
            (into[end], into[end + 1]) = row.Key.Country is [var first, var second] ? ((byte)first, (byte)second) : default;
            end += CountrySize;
            end += WriteNumber(into[end..], row.Key.SlotUtc);
            end += WriteNumber(into[end..], row.BytesUp);
            end += WriteNumber(into[end..], row.BytesDown);
            end += WriteNumber(into[end..], row.Connections);
        }
        var body = into[HeadSize..end];
        BinaryPrimitives.WriteInt32LittleEndian(into, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(into[4..], Crc32C.Of(body));
        return end;
    }

    /// <summary>Length of the whole and unharmed frame that <paramref name="bytes"/> begin with; 0 when there is none.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadSize + SequenceSize)
            return 0;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < SequenceSize or > MaxSize - HeadSize || length > bytes.Length - HeadSize)
            return 0;
        return Crc32C.Of(bytes.Slice(HeadSize, length)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])
            ? HeadSize + length
            : 0;
    }

    /// <summary>Sequence of a frame that <see cref="Measure"/> has found whole.</summary>
    public static long Sequence(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64LittleEndian(frame[HeadSize..]);

    /// <summary>
    /// Reads a frame that <see cref="Measure"/> has found whole; null when its rows make no sense all the same.
    /// </summary>
    public static UsageBatch? Read(ReadOnlySpan<byte> frame, string node)
    {
        var rest = frame[(HeadSize + SequenceSize)..];
        var rows = new List<UsageDelta>(CountRows(rest));
        while (rest.Length > 0)
        {
            if (!TryNumber(ref rest, out long user) || !TryNumber(ref rest, out long provider) || rest.Length < CountrySize)
                return null;
            string country = CountryNames.Of(rest[0], rest[1]);
            rest = rest[CountrySize..];
            if (!TryNumber(ref rest, out long slot) || !TryNumber(ref rest, out long up) || !TryNumber(ref rest, out long down)
                || !TryNumber(ref rest, out long connections))
                return null;
            rows.Add(new UsageDelta(new UsageKey(user, provider, country, slot), up, down, connections));
        }
        return new UsageBatch(node, Sequence(frame), rows);
    }

    // A number ends with its only byte under 0x80, and a country's two are: a list that grows would leave more garbage behind
    // than the rows take.
    private static int CountRows(ReadOnlySpan<byte> rows)
    {
        int low = 0;
        foreach (byte one in rows)
            low += 1 - (one >> 7);
        return low / (NumbersInRow + CountrySize);
    }

    private static int WriteNumber(Span<byte> into, long number)
    {
        int length = 0;
        ulong rest = (ulong)number;
        for (; rest >= 0x80; rest >>= 7)
            into[length++] = (byte)(rest | 0x80);
        into[length++] = (byte)rest;
        return length;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> from, out long number)
    {
        ulong value = 0;
        for (int i = 0; i < from.Length && i < MaxNumberSize; i++)
        {
            value |= (ulong)(from[i] & 0x7F) << (7 * i);
            if (from[i] < 0x80)
            {
                number = (long)value;
                from = from[(i + 1)..];
                return true;
            }
        }
        number = 0;
        return false;
    }
}
