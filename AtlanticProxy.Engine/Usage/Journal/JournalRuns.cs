using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Usage.Journal;

/// <summary>
/// The runs of a node that used this journal and may hold leases still, in a file of the folder: whoever holds the folder's lock
/// knows that all of them but its own have ended. A node's name would not do, since two machines may have one.
/// </summary>
internal sealed class JournalRuns
{
    private const string Name = "runs";

    /// <summary>More have their leases long expired: each start that never reaches the database adds one.</summary>
    private const int MaxEarlier = 100;

    private readonly string _folder, _present;

    private readonly ILogger _log;

    private JournalRuns(string folder, string present, IReadOnlyList<string> earlier, ILogger log) =>
        (_folder, _present, Earlier, _log) = (folder, present, earlier, log);

    /// <summary>Runs that have ended, and were not forgotten since.</summary>
    public IReadOnlyList<string> Earlier { get; private set; }

    /// <summary>Notes the present run, before it can take any lease.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static JournalRuns Open(string folder, string present, ILogger log)
    {
        string path = Path.Combine(folder, Name);
        string[] earlier = File.Exists(path)
            ? [.. File.ReadAllLines(path).Where(run => run.Length > 0).TakeLast(MaxEarlier)]
            : [];
        var runs = new JournalRuns(folder, present, earlier, log);
        runs.Write();
        return runs;
    }

    /// <summary>Nothing is held for the earlier ones any more.</summary>
    public void ForgetEarlier()
    {
        Earlier = [];
        Write();
    }

    // Written beside and renamed, so that a crash leaves the one or the other. Not synced, and a full disk is no reason not to
    // serve: leases end by themselves.
    private void Write()
    {
        string path = Path.Combine(_folder, Name), draft = path + ".new";
        try
        {
            File.WriteAllLines(draft, [.. Earlier, _present]);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            EngineLog.JournalRunsNotKept(_log, refused);
        }
    }
}
