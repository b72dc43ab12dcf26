using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>One SQL file that this binary brings.</summary>
internal abstract record SchemaFile(string Name, string Sql)
{
    /// <summary>SHA-256 of the text, lower-case hex.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The SQL files of one folder beside this class, by name.</summary>
    protected static IEnumerable<(string Name, string Sql)> EmbeddedIn(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        string prefix = $".{folder}.";
        foreach (string resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            int at = resource.IndexOf(prefix, StringComparison.Ordinal);
            if (at < 0 || !resource.EndsWith(".sql", StringComparison.Ordinal))
                continue;
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource[(at + prefix.Length)..], text.ReadToEnd());
        }
    }
}

/// <summary>A numbered change of tables. It runs once; one that has run somewhere never changes.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Name">File name, <c>0001_secrets.sql</c>.</param>
internal sealed record Migration(int Number, string Name, string Sql) : SchemaFile(Name, Sql)
{
    /// <summary>All that this binary brings, in order.</summary>
    public static IReadOnlyList<Migration> Embedded() =>
        [.. EmbeddedIn("Migrations")
            .Select(file => new Migration(int.Parse(file.Name.AsSpan(0, 4), CultureInfo.InvariantCulture), file.Name, file.Sql))];
}

/// <summary>
/// Functions and triggers of one feature. Its text says what they are, and it is applied again whenever that changes: every
/// statement in it can be repeated (<c>create or replace</c>). What is to go away is dropped by a migration.
/// </summary>
/// <param name="Name">File name, <c>ledger.sql</c>.</param>
internal sealed record FunctionFile(string Name, string Sql) : SchemaFile(Name, Sql)
{
    /// <summary>All that this binary brings.</summary>
    public static IReadOnlyList<FunctionFile> Embedded() =>
        [.. EmbeddedIn("Functions").Select(file => new FunctionFile(file.Name, file.Sql))];
}
