using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>
/// Takes a file of customers and guesses what its columns are. It has passwords, so it is kept sealed, until it has been imported
/// or is dropped.
/// </summary>
public sealed class OpenImport(AtlanticDb db, SecretBox box, Authorship authorship, TimeProvider time)
{
    /// <param name="FileName">Shown in the list of imports; a path is cut to its last part.</param>
    public sealed record Request(string FileName, byte[] File)
    {
        /// <summary>Without the file, whose passwords a stray log line could leak.</summary>
        public override string ToString() => $"{nameof(OpenImport)} {{ {FileName} }}";
    }

    /// <summary>The value is the import's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var table = ImportTable.Read(request.File);
        if (!table.IsSuccess)
            return Result.Failure<long>(table.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        long id = await db.InsertWithInt64IdentityAsync(new Import
        {
            FileName = NameOf(request.FileName), State = ImportState.Mapping, Headings = [.. table.Value.Headings],
            Mapping = [.. ImportMapping.Guess(table.Value.Headings).Select(ImportMapping.NameOf)],
            Lines = table.Value.Records.Count, StartedBy = authorship.Author?.Name ?? "", CreatedAt = time.GetUtcNow(),
        }, token: cancellation);
        await db.InsertAsync(
            new ImportFile { ImportId = id, FileSealed = box.Seal(request.File, SecretPlace.ImportFile(id)) },
            token: cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    private static string NameOf(string path)
    {
        string name = string.Concat(path[(path.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))).Trim();
        return name.Length == 0 ? "customers.csv" : name[..Math.Min(name.Length, Import.MaxFileNameLength)];
    }
}
