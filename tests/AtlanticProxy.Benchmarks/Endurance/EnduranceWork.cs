using AtlanticProxy.Benchmarks.Stub;

namespace AtlanticProxy.Benchmarks.Endurance;

/// <summary>How much is done, in how long. All of it is done evenly, a part in each <see cref="Turn"/>.</summary>
/// <param name="Tunnels">Opened and closed.</param>
/// <param name="Bulk">Bytes through tunnels, in bodies of 10 MB.</param>
/// <param name="Pages">Looked at, signed in.</param>
/// <param name="Verbs">Processes of the command line.</param>
internal sealed record EnduranceWork(TimeSpan Length, int Tunnels, long Bulk, int Pages, int Verbs)
{
    /// <summary>Work is done at the beginning of each, in the same order; then there is rest.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    /// <summary>Bodies that <see cref="Bulk"/> takes.</summary>
    public long Bodies => (Bulk + StubConnection.BulkBytes - 1) / StubConnection.BulkBytes;

    /// <summary>The promise: ten minutes, in which the last is compared with the third.</summary>
    public static readonly EnduranceWork Promised =
        new(TimeSpan.FromMinutes(10), Tunnels: 10_000, Bulk: 10_000_000_000, Pages: 2_000, Verbs: 200);

    /// <summary>The same within a minute, of a tenth as much: to see that it works.</summary>
    public static readonly EnduranceWork Quick =
        new(TimeSpan.FromMinutes(1), Tunnels: 1_000, Bulk: 1_000_000_000, Pages: 200, Verbs: 20);

    public int Turns => (int)(Length / Turn);

    /// <summary>Parts that are compared: minutes, when it takes ten.</summary>
    public TimeSpan Part => Length / 10;

    /// <summary>What of <paramref name="all"/> is done in <paramref name="turn"/> (from 0): the turns together do all.</summary>
    public long Share(long all, int turn) => all * (turn + 1) / Turns - all * turn / Turns;
}
