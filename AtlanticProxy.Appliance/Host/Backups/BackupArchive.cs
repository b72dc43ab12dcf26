using System.Formats.Tar;
using System.Security.Cryptography;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Backups;

/// <summary>The file of a backup: a tar archive with its manifest first, encrypted by age where there is a recipient.</summary>
internal static class BackupArchive
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Of the name of an encrypted one.</summary>
    public const string Encrypted = ".age";

    /// <summary>What the entries' files hold, for the manifest.</summary>
    /// <param name="entries">Name and file.</param>
    public static async Task<Dictionary<string, string>> SumAsync(
        IEnumerable<(string Name, string File)> entries, CancellationToken cancel)
    {
        var sums = new Dictionary<string, string>();
        foreach (var (name, file) in entries)
            sums[name] = await SumAsync(file, cancel);
        return sums;
    }

    /// <summary>Whole at <paramref name="file"/>, or not there at all.</summary>
    public static async Task WriteAsync(
        string file, BackupManifest manifest, IEnumerable<(string Name, string File)> entries, string recipient,
        CancellationToken cancel)
    {
        string draft = $"{file}.part", sealedDraft = $"{draft}{Encrypted}";
        try
        {
            await WriteTarAsync(draft, manifest, entries, cancel);
            if (recipient.Length > 0)
                await RunAgeAsync(["--encrypt", "--recipient", recipient, "--output", sealedDraft, draft], cancel);
            File.Move(recipient.Length > 0 ? sealedDraft : draft, file, overwrite: true);
        }
        finally
        {
            // What is not encrypted must not stay, whatever went wrong.
            File.Delete(draft);
            File.Delete(sealedDraft);
        }
    }

    private static async Task WriteTarAsync(
        string draft, BackupManifest manifest, IEnumerable<(string Name, string File)> entries, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        await using var stream = new FileStream(draft, options);
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.EntryName)
            {
                DataStream = new MemoryStream(manifest.ToJson()), Mode = OwnerOnly,
            }, cancel);
            foreach (var (name, path) in entries)
            {
                await using var content = File.OpenRead(path);
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnerOnly }, cancel);
            }
        }
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Unpacks a backup into a folder, and makes sure that it is whole.</summary>
    /// <param name="identity">File with the private key of age; empty for a backup that is not encrypted.</param>
    /// <exception cref="StartupException">
    /// It is something else, damaged, of a newer version, or encrypted to another key.
    /// </exception>
    public static async Task<BackupManifest> UnpackAsync(
        string file, string identity, string folder, CancellationToken cancel)
    {
        string tar = file;
        if (file.EndsWith(Encrypted, StringComparison.Ordinal))
        {
            if (identity.Length == 0)
                throw new StartupException($"{file} is encrypted: name the file with its key (--identity).");
            tar = Path.Combine(folder, "backup.tar");
            await RunAgeAsync(["--decrypt", "--identity", identity, "--output", tar, file], cancel);
        }
        BackupManifest? manifest = null;
        try
        {
            await using var stream = File.OpenRead(tar);
            await using var reader = new TarReader(stream);
            while (await reader.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (manifest is null)
                    manifest = entry.Name == BackupManifest.EntryName && entry.DataStream is { } json
                        ? BackupManifest.Read(json, file)
                        : throw new StartupException($"{file} is not a backup of AtlanticProxy.");
                else if (manifest.Sha256.ContainsKey(entry.Name) && entry.EntryType == TarEntryType.RegularFile)
                    await entry.ExtractToFileAsync(Path.Combine(folder, Path.GetFileName(entry.Name)), overwrite: false, cancel);
            }
        }
        catch (Exception foreign) when (foreign is InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new StartupException($"{file} is not a backup of AtlanticProxy, or is damaged.", foreign);
        }
        if (manifest is null)
            throw new StartupException($"{file} is not a backup of AtlanticProxy: it is empty.");
        foreach (var (name, sum) in manifest.Sha256)
            if (!File.Exists(Path.Combine(folder, name)) || await SumAsync(Path.Combine(folder, name), cancel) != sum)
                throw new StartupException($"{file} is damaged: {name} is not what was backed up. Use another backup.");
        return manifest;
    }

    /// <summary>SHA-256 of a file, in hex.</summary>
    public static async Task<string> SumAsync(string file, CancellationToken cancel)
    {
        await using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel));
    }

    private static async Task RunAgeAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        try
        {
            var ended = await Tool.RunAsync(["age", .. arguments], cancel);
            if (ended.ExitCode != 0)
                throw new StartupException($"age failed: {ended.Reason}");
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            throw new StartupException("age is not installed: apt-get install age.", absent);
        }
    }
}
