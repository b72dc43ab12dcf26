using System.Globalization;
using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.Backups;

/// <summary>The name of a backup's file, which says when it was made and by which version.</summary>
internal static partial class BackupName
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    public static string Of(DateTimeOffset made, string version, bool encrypted) => string.Create(
        CultureInfo.InvariantCulture,
        $"atlanticproxy-{made.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}-{version}.tar"
            + $"{(encrypted ? BackupArchive.Encrypted : "")}");

    /// <summary>When it was made; null where the file is something else, which is nobody's to remove.</summary>
    public static DateTimeOffset? MadeAt(string name) =>
        Form().Match(name) is { Success: true } match && DateTimeOffset.TryParseExact(
            match.Groups[1].Value, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made)
            ? made
            : null;

    [GeneratedRegex(@"^atlanticproxy-(\d{8}T\d{6}Z)-[0-9.]+\.tar(\.age)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
