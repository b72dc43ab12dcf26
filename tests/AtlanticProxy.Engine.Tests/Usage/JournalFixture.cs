using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Tests.Usage;

/// <summary>A journal in a folder of its own.</summary>
internal sealed class JournalFixture : IDisposable
{
    public const long Slot = 1_795_353_300;

    private readonly bool _ownsFolder;

    public JournalFixture(string? folder = null)
    {
        _ownsFolder = folder is null;
        Options = new UsageJournalOptions { Directory = folder
            ?? System.IO.Directory.CreateTempSubdirectory("atlantic-journal-").FullName };
    }

    public UsageJournalOptions Options { get; }

    public RecordingLog Log { get; } = new();

    public string[] Files =>
        [.. System.IO.Directory.GetFiles(Options.Directory, "*" + JournalSegment.Extension).Order(StringComparer.Ordinal)];

    public static UsageDelta Delta(long up, long user = 1, string country = "us", long slot = Slot) =>
        new(new UsageKey(user, 7, country, slot), up, 2 * up, 1);

    /// <summary>Distinct users, a byte each.</summary>
    public static UsageDelta[] Deltas(int count, int firstUser = 1) =>
        [.. Enumerable.Range(firstUser, count).Select(user => Delta(1, user))];

    /// <summary>A run of the node on this folder. Leaving it undisposed is how it dies.</summary>
    public UsageJournal Open() => UsageJournal.Open(Options, "node1", new Logger<UsageJournal>(Log));

    /// <summary>Takes out everything, as the flusher does.</summary>
    public static List<UsageBatch> Drain(UsageJournal journal)
    {
        var all = new List<UsageBatch>();
        while (journal.Read(1_000) is [_, ..] batches)
        {
            all.AddRange(batches);
            journal.Delivered();
        }
        return all;
    }

    public static long Sum(IEnumerable<UsageBatch> batches) => batches.SelectMany(batch => batch.Rows).Sum(row => row.BytesUp);

    public void Dispose()
    {
        if (_ownsFolder)
            System.IO.Directory.Delete(Options.Directory, recursive: true);
    }
}
