namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>
/// What one list says, while it is read. Rules marked <c>$important</c> are apart: only an exception so marked takes one back.
/// </summary>
internal sealed class BlockList
{
    public DomainSet.Builder Names { get; } = new();

    public DomainSet.Builder Exceptions { get; } = new();

    public DomainSet.Builder ImportantNames { get; } = new();

    public DomainSet.Builder ImportantExceptions { get; } = new();

    public bool HasExceptions => !Exceptions.IsEmpty || !ImportantExceptions.IsEmpty;
}

/// <summary>
/// The names of one category: those of all its lists in one set, except that each list with exceptions stands for itself, since
/// its exceptions take back what it blocks and not what another one does. Immutable.
/// </summary>
internal sealed class BlockListCategory
{
    private readonly DomainSet _names;
    private readonly ListWithExceptions[] _lists;

    private BlockListCategory(DomainSet names, ListWithExceptions[] lists) => (_names, _lists) = (names, lists);

    /// <summary>Names that are blocked, as the lists write them.</summary>
    public int Count => _names.Count + _lists.Sum(list => list.Count);

    /// <summary>Bytes of memory that they and the exceptions take.</summary>
    public long Bytes => _names.Bytes + _lists.Sum(list => list.Bytes);

    /// <summary>The part of <paramref name="host"/> that is blocked, as in <see cref="DomainSet.Match"/>.</summary>
    /// <param name="host">Lower case, without a final dot.</param>
    public ReadOnlySpan<char> Match(ReadOnlySpan<char> host)
    {
        var match = _names.Match(host);
        for (int i = 0; match.IsEmpty && i < _lists.Length; i++)
            match = _lists[i].Match(host);
        return match;
    }

    /// <summary>Collects lists.</summary>
    internal sealed class Builder
    {
        private readonly DomainSet.Builder _names = new();
        private readonly List<ListWithExceptions> _lists = [];

        public void Add(BlockList list)
        {
            if (list.HasExceptions)
            {
                _lists.Add(new ListWithExceptions(list));
                return;
            }
            _names.AddAll(list.Names);
            _names.AddAll(list.ImportantNames);
        }

        public BlockListCategory Build() => new(_names.Build(), [.. _lists]);
    }

    private sealed class ListWithExceptions(BlockList list)
    {
        private readonly DomainSet _names = list.Names.Build(), _exceptions = list.Exceptions.Build(),
            _importantNames = list.ImportantNames.Build(), _importantExceptions = list.ImportantExceptions.Build();

        public int Count => _names.Count + _importantNames.Count;

        public long Bytes => _names.Bytes + _exceptions.Bytes + _importantNames.Bytes + _importantExceptions.Bytes;

        public ReadOnlySpan<char> Match(ReadOnlySpan<char> host)
        {
            if (!_importantExceptions.Match(host).IsEmpty)
                return default;
            var match = _importantNames.Match(host);
            return match.IsEmpty && _exceptions.Match(host).IsEmpty ? _names.Match(host) : match;
        }
    }
}
