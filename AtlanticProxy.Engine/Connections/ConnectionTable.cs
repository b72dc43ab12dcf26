using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.Connections;

/// <summary>All client connections of one worker. Used on its loop only.</summary>
internal sealed class ConnectionTable
{
    private ClientConnection? _first, _nextToLookAt;

    public int Count { get; private set; }

    public void Add(ClientConnection connection)
    {
        connection.NextInTable = _first;
        if (_first is not null)
            _first.PreviousInTable = connection;
        _first = connection;
        Count++;
    }

    public void Remove(ClientConnection connection)
    {
        if (connection.PreviousInTable is { } previous)
            previous.NextInTable = connection.NextInTable;
        else
            _first = connection.NextInTable;
        if (connection.NextInTable is { } next)
            next.PreviousInTable = connection.PreviousInTable;
        if (_nextToLookAt == connection)
            _nextToLookAt = connection.NextInTable;
        connection.NextInTable = connection.PreviousInTable = null;
        Count--;
    }

    /// <summary>Looks at every connection; none may be added or removed by that.</summary>
    public void ForEach(Action<ClientConnection> look)
    {
        for (var connection = _first; connection is not null; connection = connection.NextInTable)
            look(connection);
    }

    /// <summary>
    /// Begins a walk over every connection that is open now, for <see cref="WalkOn"/>: others may come and go between two of its
    /// steps. One walk at a time.
    /// </summary>
    public void BeginWalk() => _nextToLookAt = _first;

    /// <summary>The next connection of the walk; null at its end.</summary>
    public ClientConnection? WalkOn()
    {
        var connection = _nextToLookAt;
        _nextToLookAt = connection?.NextInTable;
        return connection;
    }

    /// <summary>
    /// Cuts every connection that <paramref name="ending"/> has one for. Cutting removes from the table, so the next is noted
    /// first.
    /// </summary>
    public void Cut(Func<ClientConnection, ConnectionOutcome?> ending)
    {
        for (var connection = _first; connection is not null;)
        {
            var next = connection.NextInTable;
            if (ending(connection) is { } outcome)
                connection.Cut(outcome);
            connection = next;
        }
    }
}
