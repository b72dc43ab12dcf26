using System.Text;

namespace AtlanticProxy.Engine.Requests.Places;

/// <summary>
/// Lines of tab-separated UTF-8, sorted by their bytes and searched where they lie in the assembly's file: of a megabyte of
/// table, memory holds the pages that were asked for.
/// </summary>
internal sealed unsafe class SortedTable
{
    private const byte LineEnd = (byte)'\n', FieldEnd = (byte)'\t';

    /// <summary>Resources of an assembly that is never unloaded stay mapped where they are.</summary>
    private readonly byte* _start;
    private readonly int _length;

    /// <param name="resource">Name of an embedded resource of this assembly.</param>
    public SortedTable(string resource)
    {
        using var stream = (UnmanagedMemoryStream)(typeof(SortedTable).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"This build lacks the table {resource}."));
        _start = stream.PositionPointer;
        _length = checked((int)stream.Length);
    }

    private ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <summary>Every line.</summary>
    public Lines All => new(Bytes);

    /// <summary>The lines that begin with <paramref name="prefix"/>, in order.</summary>
    public Lines StartingWith(ReadOnlySpan<byte> prefix)
    {
        int start = Find(prefix, after: false);
        return new Lines(Bytes[start..Find(prefix, after: true)]);
    }

    /// <inheritdoc cref="StartingWith(ReadOnlySpan{byte})"/>
    public Lines StartingWith(string prefix) => StartingWith(Encoding.UTF8.GetBytes(prefix));

    // Offset of the first line that begins with prefix or sorts after it; with "after", of the first that sorts after all that
    // begin with it.
    private int Find(ReadOnlySpan<byte> prefix, bool after)
    {
        var bytes = Bytes;
        int low = 0, high = bytes.Length;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            int line = bytes[low..middle].LastIndexOf(LineEnd) + 1 + low; // start of the line that the middle is in
            int end = line + bytes[line..].IndexOf(LineEnd) + 1;
            var head = bytes[line..Math.Min(end - 1, line + prefix.Length)];
            int order = head.SequenceCompareTo(prefix);
            if (order < 0 || (order == 0 && after))
                low = end;
            else
                high = line;
        }
        return low;
    }

    /// <summary>Some lines, one after the other.</summary>
    public ref struct Lines(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public Line Current { get; private set; }

        public readonly Lines GetEnumerator() => this;

        public bool MoveNext()
        {
            int end = _rest.IndexOf(LineEnd);
            if (end < 0)
                return false;
            Current = new Line(_rest[..end]);
            _rest = _rest[(end + 1)..];
            return true;
        }
    }

    /// <summary>One line of a table.</summary>
    public readonly ref struct Line(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        /// <summary>The bytes of a field, counted from 0.</summary>
        public ReadOnlySpan<byte> Field(int number)
        {
            var rest = _bytes;
            for (; number > 0; number--)
                rest = rest[(rest.IndexOf(FieldEnd) + 1)..];
            int end = rest.IndexOf(FieldEnd);
            return end < 0 ? rest : rest[..end];
        }

        public string Text(int number) => Encoding.UTF8.GetString(Field(number));
    }
}
