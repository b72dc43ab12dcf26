namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// Increments that are counted together, once. Node and sequence are its identity: whoever sends it again after an unknown
/// outcome sends the same rows under the same identity.
/// </summary>
/// <param name="Node">Who counted: name of the node and id of its run, so that no two runs can ever mean each other's
/// batches.</param>
/// <param name="Sequence">From 1, rising.</param>
public sealed record UsageBatch(string Node, long Sequence, IReadOnlyList<UsageDelta> Rows);

/// <summary>
/// All batches of <paramref name="Node"/> up to and with <paramref name="LastSequence"/> have been counted and are gone from the
/// journal, so they will not be sent again: whatever remembers that they were counted may forget it.
/// </summary>
public readonly record struct RetiredBatches(string Node, long LastSequence);

/// <summary>What health shows of the journal.</summary>
/// <param name="Bytes">On disk, with what is delivered and not yet removed.</param>
/// <param name="MaxBytes">The bound of <paramref name="Bytes"/>.</param>
/// <param name="Segments">Files.</param>
/// <param name="WaitingBytes">Of <paramref name="Bytes"/>, what is not delivered.</param>
/// <param name="HeldCounters">Counters that wait in memory because the disk took none.</param>
/// <param name="DiscardedBytes">What was unreadable, at start and since: torn by a crash, or damaged.</param>
/// <param name="Problem">Why the disk takes no more, or is not sure to keep what it took; null when all is well.</param>
/// <param name="IsFull">The memory's bound is reached, too: new connections are refused.</param>
public sealed record UsageJournalStatus(
    long Bytes, long MaxBytes, int Segments, long WaitingBytes, int HeldCounters, long DiscardedBytes, string? Problem,
    bool IsFull);
