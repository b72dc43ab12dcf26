using System.Diagnostics.CodeAnalysis;

namespace AtlanticProxy.Engine.Egress.Resolving;

/// <summary>
/// Work of several askers, one of each in turn: who asks for much waits for itself, and not others for him. Not for several
/// threads at once.
/// </summary>
/// <param name="mostTaken">Of one asker: taken and not finished.</param>
/// <param name="mostWaiting">Of one asker: not taken yet.</param>
internal sealed class FairQueue<T>(int mostTaken, int mostWaiting)
{
    private readonly Dictionary<long, Asker> _askers = [];

    /// <summary>Those of whom something may be taken now, each once.</summary>
    private readonly Queue<Asker> _turns = new();

    /// <summary>Askers of whom something may be taken now.</summary>
    public int Turns => _turns.Count;

    /// <summary>Adds one. False when as many of this asker wait as may.</summary>
    public bool TryAdd(long asker, T work)
    {
        if (!_askers.TryGetValue(asker, out var by))
            _askers.Add(asker, by = new Asker(asker));
        if (by.Waiting.Count >= mostWaiting)
            return false;
        by.Waiting.Enqueue(work);
        LineUp(by);
        return true;
    }

    /// <summary>Takes the next one, whose turn it is; <see cref="Finish"/> ends it.</summary>
    public bool TryTake(out long asker, [MaybeNullWhen(false)] out T work)
    {
        (asker, work) = (0, default);
        if (!_turns.TryDequeue(out var next))
            return false;
        next.HasTurn = false;
        (asker, work) = (next.Id, next.Waiting.Dequeue());
        next.Taken++;
        LineUp(next);
        return true;
    }

    /// <summary>One that was taken is done with.</summary>
    public void Finish(long asker)
    {
        var by = _askers[asker];
        by.Taken--;
        LineUp(by);
        if (by.Taken == 0 && by.Waiting.Count == 0)
            _askers.Remove(asker);
    }

    private void LineUp(Asker asker)
    {
        if (asker.HasTurn || asker.Taken >= mostTaken || asker.Waiting.Count == 0)
            return;
        asker.HasTurn = true;
        _turns.Enqueue(asker);
    }

    private sealed class Asker(long id)
    {
        public readonly long Id = id;
        public readonly Queue<T> Waiting = new();
        public int Taken;
        public bool HasTurn;
    }
}
