using LinqToDB;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Importing;

public enum ImportState
{
    /// <summary>Somebody is to say what its columns are.</summary>
    Mapping,

    /// <summary>The dry run is under way, or about to start.</summary>
    Checking,

    /// <summary>It is known which lines are ready.</summary>
    Checked,

    Running,
    Done,
    Undoing,
    Undone,
}

/// <summary>A file of customers, and what became of it.</summary>
[Table("imports")]
internal sealed class Import
{
    public const int MaxFileNameLength = 200;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    public required string FileName { get; set; }
    public ImportState State { get; set; }
    public required string[] Headings { get; set; }

    /// <summary>Names of <see cref="ImportField"/>, one a column.</summary>
    public required string[] Mapping { get; set; }

    /// <summary>In the file, without its headings.</summary>
    public int Lines { get; set; }

    /// <summary>Of what is under way.</summary>
    public int LinesDone { get; set; }

    /// <summary><see cref="Audit.Author"/> of what is under way; null where that was nobody.</summary>
    [Column(DataType = DataType.BinaryJson)]
    public string? Author { get; set; }

    /// <summary>Email, or the system's user at the command line.</summary>
    public required string StartedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When its customers were all there.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? UndoneAt { get; set; }

    [NotColumn]
    public IReadOnlyList<ImportField> Fields => [.. Mapping.Select(name => ImportMapping.Find(name) ?? ImportField.Ignored)];
}

/// <summary>The file, as long as it is needed.</summary>
[Table("import_files")]
internal sealed class ImportFile
{
    [PrimaryKey]
    public long ImportId { get; set; }

    public required byte[] FileSealed { get; set; }
}

/// <summary>A line that the last check or run refused.</summary>
[Table("import_refusals")]
internal sealed class ImportRefusalRow
{
    [PrimaryKey(1)]
    public long ImportId { get; set; }

    [PrimaryKey(2)]
    public int Line { get; set; }

    public required string Email { get; set; }
    public required string Field { get; set; }
    public required string Reason { get; set; }
}

/// <summary>A customer that an import made.</summary>
[Table("import_customers")]
internal sealed class ImportCustomerRow
{
    [PrimaryKey]
    public long CustomerId { get; set; }

    public long ImportId { get; set; }
    public required string Email { get; set; }
    public int Lines { get; set; }

    /// <summary>The last entry of the audit log that the import made for it.</summary>
    public long AuditEntryId { get; set; }

    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>Why an undo left it, in words.</summary>
    public string? LeftBecause { get; set; }
}

/// <summary>An import, as pages show one.</summary>
/// <param name="Lines">In the file, without its headings.</param>
/// <param name="LinesDone">Of the check, the run or the undo that is under way.</param>
/// <param name="Refused">Lines that the last check or run refused.</param>
/// <param name="Customers">That it made, removed ones included.</param>
/// <param name="ImportedLines">Of those customers.</param>
/// <param name="Removed">By an undo.</param>
/// <param name="UndoUntil">Null where it cannot be undone (any more).</param>
public sealed record ImportSummary(
    long Id, string FileName, ImportState State, int Lines, int LinesDone, int Refused, int Customers, int ImportedLines,
    int Removed, string StartedBy, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, DateTimeOffset? UndoUntil)
{
    /// <summary>Of the last check.</summary>
    public int Ready => Lines - Refused;

    public bool IsUnderWay => State is ImportState.Checking or ImportState.Running or ImportState.Undoing;
}

/// <summary>A column of the file.</summary>
/// <param name="Samples">Its first cells; dots in place of passwords.</param>
public sealed record ImportColumn(string Heading, ImportField Field, IReadOnlyList<string> Samples);

/// <summary>A customer that an undo left.</summary>
public sealed record LeftCustomer(long CustomerId, string Email, string Reason);
