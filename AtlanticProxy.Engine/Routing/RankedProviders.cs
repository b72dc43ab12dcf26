using System.Runtime.CompilerServices;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Routing;

/// <summary>A provider that can serve a request, and its place among others.</summary>
/// <param name="Chosen">What to ask it for.</param>
/// <param name="Rank">Lower is tried first.</param>
/// <param name="Score">Among those of one rank, higher is tried first.</param>
internal readonly record struct Ranked(RoutedProvider Provider, Targeting Chosen, long Rank, double Score);

/// <summary>The best few of any number, in order, without memory of its own.</summary>
internal struct RankedProviders
{
    private Places _places;

    public int Count { get; private set; }

    public readonly Ranked this[int index] => _places[index];

    public void Add(Ranked ranked)
    {
        int place = Count;
        while (place > 0 && IsBefore(ranked, _places[place - 1]))
            place--;
        if (place == Capacity)
            return;
        Count = Math.Min(Count + 1, Capacity);
        for (int i = Count - 1; i > place; i--)
            _places[i] = _places[i - 1];
        _places[place] = ranked;
    }

    /// <summary>Candidates worth trying for one request; more would only make the client wait.</summary>
    public const int Capacity = 4;

    private static bool IsBefore(Ranked one, Ranked other) => one.Rank != other.Rank
        ? one.Rank < other.Rank
        : one.Score > other.Score;

    [InlineArray(Capacity)]
    private struct Places
    {
        private Ranked _first;
    }
}
