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
}

/// <summary>Reads the server name (RFC 6066 section 3) out of a TLS ClientHello (RFC 8446 section 4.1.2), in one record or several. Bounded, allocates nothing.</summary>
internal static class ClientHello
{
    /// <summary>Bytes looked at; real ones, post-quantum key shares included, stay under 4 KB.</summary>
    public const int MaxLength = 16 * 1024;

    private const byte RecordHandshake = 22, MessageClientHello = 1, MajorVersion = 3, NameTypeHost = 0;
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
            if (bytes.Length > 0 && bytes[0] != RecordHandshake || bytes.Length > 1 && bytes[1] != MajorVersion)
                return HelloStatus.Nameless;
            if (bytes.Length < RecordHeader)
                return HelloStatus.Incomplete;
            int record = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (record is 0 or > MaxRecord)
                return HelloStatus.Nameless;
            var part = bytes[RecordHeader..Math.Min(bytes.Length, RecordHeader + record)];
            if (part.Length > MaxLength - length)
                return HelloStatus.Nameless;
            part.CopyTo(message[length..]);
            length += part.Length;
            if (length > 0 && message[0] != MessageClientHello)
                return HelloStatus.Nameless;
            if (length >= MessageHeader)
            {
                int wanted = MessageHeader + (message[1] << 16 | message[2] << 8 | message[3]);
                if (wanted > MaxLength)
                    return HelloStatus.Nameless;
                whole = length >= wanted;
                if (whole)
                    length = wanted;
            }
            if (!whole && part.Length < record)
                return HelloStatus.Incomplete;
            bytes = bytes[(RecordHeader + part.Length)..];
        }
        nameLength = FindName(message[MessageHeader..length], name);
        return nameLength > 0 ? HelloStatus.Named : HelloStatus.Nameless;
    }

    // version 2, random 32, session id, cipher suites, compression methods, extensions. 0 when there is no name, or the message is malformed.
    private static int FindName(ReadOnlySpan<byte> hello, Span<char> name)
    {
        if (!Skip(ref hello, 2 + 32) || !SkipVector(ref hello, 1) || !SkipVector(ref hello, 2) || !SkipVector(ref hello, 1) || !TakeVector(ref hello, 2, out var extensions))
            return 0;
        while (extensions.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TakeVector(ref extensions, 2, out var extension))
                return 0;
            if (type == ServerNameExtension)
                return ReadName(extension, name);
        }
        return 0;
    }

    private static int ReadName(ReadOnlySpan<byte> extension, Span<char> name)
    {
        if (!TakeVector(ref extension, 2, out var list) || list.IsEmpty || list[0] != NameTypeHost || !Skip(ref list, 1) || !TakeVector(ref list, 2, out var host))
            return 0;
        if (host is [.. var undotted, (byte)'.'])
            host = undotted;
        if (host.Length > name.Length)
            return 0;
        return System.Text.Ascii.ToLower(host, name, out int written) == System.Buffers.OperationStatus.Done ? written : 0;
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
