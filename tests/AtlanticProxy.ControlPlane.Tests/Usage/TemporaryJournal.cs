using AtlanticProxy.Engine.Usage.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.ControlPlane.Tests.Usage;

/// <summary>A journal in a folder of its own, removed in the end.</summary>
internal sealed class TemporaryJournal : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("atlantic-journal-").FullName;
    private readonly string _node;

    public TemporaryJournal(string node = "n")
    {
        _node = node;
        Journal = Open();
    }

    public UsageJournal Journal { get; private set; }

    /// <summary>Ends this run of the node and begins another on the same folder.</summary>
    public void Restart()
    {
        Journal.Dispose();
        Journal = Open();
    }

    public void Dispose()
    {
        Journal.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private UsageJournal Open() =>
        UsageJournal.Open(new UsageJournalOptions { Directory = _folder }, _node, NullLogger<UsageJournal>.Instance);
}
