using System.Text.Json;

namespace AtlanticProxy.Host.Backups;

/// <summary>What a backup says of itself, in its first entry.</summary>
/// <param name="Product">Always <see cref="ThisProduct"/>.</param>
/// <param name="Format">Of the archive; one with a higher number is of a newer version.</param>
/// <param name="Version">Of the appliance that made it.</param>
/// <param name="Migrations">How many migrations its schema has.</param>
/// <param name="PostgresMajor">Of the server that it was dumped from.</param>
/// <param name="Sha256">Of each other entry, in hex, by its name.</param>
/// <param name="Rows">Of each table, at the moment of the dump; null in a backup of a version that did not count them.</param>
internal sealed record BackupManifest(
    string Product, int Format, string Version, DateTimeOffset CreatedAt, int Migrations, int PostgresMajor,
    IReadOnlyDictionary<string, string> Sha256, IReadOnlyDictionary<string, long>? Rows = null)
{
    public const string ThisProduct = "AtlanticProxy", EntryName = "manifest.json", Dump = "database.dump", Key = "secret.key",
        Configuration = "appliance.json";

    public const int ThisFormat = 1;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <exception cref="StartupException">It is of something else, or of a newer version.</exception>
    public static BackupManifest Read(Stream json, string file)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(json, Form);
        }
        catch (JsonException damaged)
        {
            throw new StartupException($"{file} is damaged: its manifest cannot be read. Use another backup.", damaged);
        }
        if (manifest is not { Product: ThisProduct, Sha256: not null })
            throw new StartupException($"{file} is not a backup of AtlanticProxy.");
        return manifest.Format <= ThisFormat
            ? manifest
            : throw new StartupException(
                $"{file} was made by AtlanticProxy {manifest.Version}, which is newer than this one: "
                    + "install that version first.");
    }
}
