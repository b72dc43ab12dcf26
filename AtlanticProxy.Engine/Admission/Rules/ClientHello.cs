using System.Buffers.Binary;

namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>What the first bytes of a stream are.</summary>
internal enum HelloStatus
{
    /// <summary>So far it could be a ClientHello.</summary>
    Incomplete,

    /// <summary>A ClientHello with a server name.</summary>
    Named,

    /// <summary>Not TLS, or TLS that does not say where it goes.</summary>
    Nameless,

    /// <summary>
    /// TLS that no usual client begins so: longer than is looked at, with records that have no place in it, or malformed. Servers
    /// may find a name in it.
    /// </summary>
    Hidden,
}

/// <summary>
/// Reads the server name (RFC 6066 section 3) out of a TLS ClientHello (RFC 8446 section 4.1.2), in one record or several.
/// Bounded, allocates nothing.
/// </summary>
internal static class ClientHello
{
    /// <summary>Bytes looked at; real ones, post-quantum key shares included, stay under 4 KB.</summary>
    public const int MaxLength = 16 * 1024;

    private const byte RecordChangeCipherSpec = 20, RecordHandshake = 22, MessageClientHello = 1, MajorVersion = 3,
        NameTypeHost = 0;
    private const int RecordHeader = 5, MessageHeader = 4, MaxRecord = 16 * 1024, ServerNameExtension = 0;

    /// <param name="bytes">The stream from its beginning.</param>
    /// <param name="name">Filled with the name, lower case, without a final dot.</param>
    /// <param name="nameLength">Its length, when <see cref="HelloStatus.Named"/>.</param>
    public static HelloStatus Read(ReadOnlySpan<byte> bytes, Span<char> name, out int nameLength)
    {
        nameLength = 0;
        Span<byte> message = stackalloc byte[MaxLength];
        int length = 0;
        bool whole = false;
        // Records, put together, up to the message's end.
        while (!whole)
        {
            if (bytes.Length > 0 && bytes[0] is < RecordChangeCipherSpec or > RecordHandshake || bytes.Length > 1
                && bytes[1] != MajorVersion)
                return length > 0 ? HelloStatus.Hidden : HelloStatus.Nameless;
            if (bytes.Length < RecordHeader)
                return HelloStatus.Incomplete;
            // An alert, a change of ciphers or an empty record before the hello or within it: servers have been known to skip
            // them.
            if (bytes[0] != RecordHandshake)
                return HelloStatus.Hidden;
            int record = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (record is 0 or > MaxRecord)
                return HelloStatus.Hidden;
            var part = bytes[RecordHeader..Math.Min(bytes.Length, RecordHeader + record)];
            if (length == 0 && part.Length > 0 && part[0] != MessageClientHello)
                return HelloStatus.Nameless;
            if (part.Length > MaxLength - length)
                return HelloStatus.Hidden;
            part.CopyTo(message[length..]);
            length += part.Length;
            if (length >= MessageHeader)
            {
                int wanted = MessageHeader + (message[1] << 16 | message[2] << 8 | message[3]);
                if (wanted > MaxLength)
                    return HelloStatus.Hidden;
                whole = length >= wanted;
                if (whole)
                    length = wanted;
            }
            if (!whole && part.Length < record)
                return HelloStatus.Incomplete;
            bytes = bytes[(RecordHeader + part.Length)..];
        }
        return FindName(message[MessageHeader..length], name, out nameLength);
    }

    // version 2, random 32, session id, cipher suites, compression methods, and extensions, which may be left out altogether.
    private static HelloStatus FindName(ReadOnlySpan<byte> hello, Span<char> name, out int nameLength)
    {
        nameLength = 0;
        if (!Skip(ref hello, 2 + 32) || !SkipVector(ref hello, 1) || !SkipVector(ref hello, 2) || !SkipVector(ref hello, 1))
            return HelloStatus.Hidden;
        if (hello.IsEmpty)
            return HelloStatus.Nameless;
        if (!TakeVector(ref hello, 2, out var extensions))
            return HelloStatus.Hidden;
        while (!extensions.IsEmpty)
        {
            int type = extensions.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(extensions);
            if (!Skip(ref extensions, 2) || !TakeVector(ref extensions, 2, out var extension))
                return HelloStatus.Hidden;
            if (type == ServerNameExtension)
                return ReadName(extension, name, out nameLength);
        }
        return HelloStatus.Nameless;
    }

    // A list of names of any types, of which a server takes the first that is a host's.
    private static HelloStatus ReadName(ReadOnlySpan<byte> extension, Span<char> name, out int nameLength)
    {
        nameLength = 0;
        if (!TakeVector(ref extension, 2, out var list))
            return HelloStatus.Hidden;
        while (!list.IsEmpty)
        {
            byte type = list[0];
            if (!Skip(ref list, 1) || !TakeVector(ref list, 2, out var host))
                return HelloStatus.Hidden;
            if (type != NameTypeHost)
                continue;
            if (host is [.. var undotted, (byte)'.'])
                host = undotted;
            if (host.IsEmpty || host.Length > name.Length
                || System.Text.Ascii.ToLower(host, name, out int written) != System.Buffers.OperationStatus.Done)
                return HelloStatus.Hidden;
            nameLength = written;
            return HelloStatus.Named;
        }
        return HelloStatus.Nameless;
    }

    private static bool Skip(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
            return false;
        bytes = bytes[count..];
        return true;
    }

    private static bool SkipVector(ref ReadOnlySpan<byte> bytes, int lengthBytes) => TakeVector(ref bytes, lengthBytes, out _);

    private static bool TakeVector(ref ReadOnlySpan<byte> bytes, int lengthBytes, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (bytes.Length < lengthBytes)
            return false;
        int length = lengthBytes == 1 ? bytes[0] : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length < lengthBytes + length)
            return false;
        vector = bytes.Slice(lengthBytes, length);
        bytes = bytes[(lengthBytes + length)..];
        return true;
    }
}
