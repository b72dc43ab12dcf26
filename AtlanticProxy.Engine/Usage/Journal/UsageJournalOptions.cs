namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>Settings of the usage journal: section <c>Journal</c> of the configuration.</summary>
public sealed class UsageJournalOptions
{
    /// <summary>Some frames fit, however long.</summary>
    private const long LeastBytes = 8 * JournalFrame.MaxSize;

    private const int LeastSegmentBytes = JournalFrame.MaxSize;

    /// <summary>
    /// Folder of the segments, on a local disk; nothing else may be in it. Empty for <c>journal</c> in the data directory.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// Most that the journal takes of the disk, in bytes. 1 GB: 1 000 users at work all the time write about 80 KB/s, so this is
    /// some three hours without PostgreSQL, and days for a node whose users come and go. Beyond it counts are held in memory.
    /// </summary>
    public long MaxBytes { get; set; } = 1 << 30;

    /// <summary>A segment is closed when it is this long, in bytes. 16 MB: PostgreSQL's own WAL segments.</summary>
    public int SegmentBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Counters that are held in memory while the disk takes none; at this many, the engine refuses new connections rather than
    /// carry what it cannot bill. 500 000 take about 100 MB: as much as the appliance's base.
    /// </summary>
    public int MaxHeldCounters { get; set; } = 500_000;

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (Directory.Length > 0 && !Path.IsPathFullyQualified(Directory))
            yield return $"Journal:Directory: '{Directory}' is not an absolute path.";
        if (MaxBytes < LeastBytes)
            yield return $"Journal:MaxBytes: {MaxBytes} is under {LeastBytes}.";
        if (SegmentBytes < LeastSegmentBytes || SegmentBytes > MaxBytes / 2)
            yield return $"Journal:SegmentBytes: {SegmentBytes} is not between {LeastSegmentBytes} and half of Journal:MaxBytes.";
        if (MaxHeldCounters < 1)
            yield return $"Journal:MaxHeldCounters: {MaxHeldCounters} is under 1.";
    }
}
