using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// One file: <c>magic u32 | version u16 | length of node u16 | node, UTF-8 | CRC-32C of all this</c>, little-endian, then frames.
/// One thread appends and another reads what it appended; the file is removed when all of it is delivered.
/// </summary>
internal sealed class JournalSegment : IDisposable
{
    public const string Extension = ".usage";

    /// <summary>"APUJ" in ASCII.</summary>
    private const uint Magic = 0x4A555041;

    private const ushort Version = 1;

    private const int FixedHeadSize = 8, ChecksumSize = 4;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private long _length;

    private JournalSegment(string path, string node, SafeFileHandle file, long head)
    {
        (_path, Node, _file, _length, Delivered) = (path, node, file, head, head);
    }

    public string Node { get; }

    public string Name => Path.GetFileName(_path);

    /// <summary>Bytes up to the end of the last whole frame.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Up to here the database has it. The reader's own.</summary>
    public long Delivered { get; set; }

    /// <summary>Sequence of the last frame; 0 when there is none.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Appended and not synced yet. Guarded by the journal's lock.</summary>
    public bool IsDirty { get; set; }

    /// <exception cref="IOException">The disk takes no new file.</exception>
    public static JournalSegment Create(string path, string node)
    {
        byte[] name = Encoding.UTF8.GetBytes(node);
        byte[] head = new byte[FixedHeadSize + name.Length + ChecksumSize];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(6), (ushort)name.Length);
        name.CopyTo(head, FixedHeadSize);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(head.Length - ChecksumSize),
            Crc32C.Of(head.AsSpan(0, head.Length - ChecksumSize)));
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            RandomAccess.Write(file, head, 0);
            JournalFolder.Sync(Path.GetDirectoryName(path)!);
            return new JournalSegment(path, node, file, head.Length) { IsDirty = true };
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// Takes up a file of an earlier run, as far as it is whole: frames behind the first torn one are not looked at, since where
    /// they begin is anybody's guess.
    /// </summary>
    /// <param name="discarded">Bytes that are not used.</param>
    /// <returns>Null when there is no frame in it.</returns>
    public static JournalSegment? Recover(string path, out long discarded)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        byte[] bytes = new byte[RandomAccess.GetLength(file)];
        int read = RandomAccess.Read(file, bytes, 0);
        var whole = bytes.AsSpan(0, read);
        if (!TryHead(whole, out string node, out int head) || JournalFrame.Measure(whole[head..]) == 0)
        {
            discarded = read - head;
            file.Dispose();
            return null;
        }
        var segment = new JournalSegment(path, node, file, head);
        int end = head;
        for (int frame; (frame = JournalFrame.Measure(whole[end..])) > 0; end += frame)
            segment.LastSequence = JournalFrame.Sequence(whole[end..]);
        segment._length = end;
        discarded = read - end;
        return segment;
    }

    /// <exception cref="IOException">The disk takes no more; the segment is as it was before.</exception>
    public void Append(ReadOnlySpan<byte> frame, long sequence)
    {
        try
        {
            RandomAccess.Write(_file, frame, _length);
        }
        catch (IOException)
        {
            CutTail();
            throw;
        }
        LastSequence = sequence;
        IsDirty = true;
        Volatile.Write(ref _length, _length + frame.Length);
    }

    /// <summary>The whole frames from <see cref="Delivered"/> on, up to the end or to about so many rows.</summary>
    /// <param name="buffer">For the bytes, as many as it holds at a time: a frame at least.</param>
    /// <param name="maxRows">About as many rows as this; at least one frame.</param>
    /// <param name="into">Takes the batches.</param>
    /// <param name="end">Where they end.</param>
    /// <returns>Rows. None with <paramref name="end"/> before <see cref="Length"/>: what is there cannot be read any
    /// more.</returns>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public int Read(byte[] buffer, int maxRows, List<UsageBatch> into, out long end)
    {
        int rows = 0;
        end = Delivered;
        long begin;
        do
        {
            begin = end;
            int wanted = (int)Math.Min(buffer.Length, Length - begin);
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, RandomAccess.Read(_file, buffer.AsSpan(0, wanted), begin));
            for (int frame; rows < maxRows && (frame = JournalFrame.Measure(rest)) > 0; rest = rest[frame..])
            {
                if (JournalFrame.Read(rest[..frame], Node) is not { } batch)
                    return rows;
                into.Add(batch);
                rows += batch.Rows.Count;
                end += frame;
            }
        }
        while (begin < end && rows < maxRows);
        return rows;
    }

    /// <summary>Waits until the disk has all of it.</summary>
    /// <exception cref="IOException">It may not have.</exception>
    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Delete()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();

    // The beginning of a frame that did not fit would look like damage at the next start. Giving room back always works, and if
    // not, the next frame overwrites it.
    private void CutTail()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (IOException)
        {
            // The caller reports the failure that brought us here.
        }
    }

    private static bool TryHead(ReadOnlySpan<byte> bytes, out string node, out int length)
    {
        (node, length) = ("", 0);
        if (bytes.Length < FixedHeadSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version)
            return false;
        int end = FixedHeadSize + BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        if (bytes.Length < end + ChecksumSize || Crc32C.Of(bytes[..end]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[end..]))
            return false;
        node = Encoding.UTF8.GetString(bytes[FixedHeadSize..end]);
        length = end + ChecksumSize;
        return true;
    }
}
