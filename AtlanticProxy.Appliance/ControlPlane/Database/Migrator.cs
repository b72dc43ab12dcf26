using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>The database's schema is not one that this binary can work on. The message says what to do.</summary>
public sealed class SchemaException(string message) : Exception(message);

/// <summary>One numbered SQL file.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Name">File name, <c>0001_customers.sql</c>.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, lower-case hex: a migration that has run somewhere must never change.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>All that this binary brings, in order.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string folder = ".Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(resource => resource.Contains(folder, StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                string name = resource[(resource.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..];
                return new Migration(int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture), name, text.ReadToEnd());
            })
            .OrderBy(migration => migration.Number)];
    }
}

/// <summary>Brings the schema to this binary's version. Safe to run at every start and from several nodes at once.</summary>
public sealed partial class Migrator
{
    /// <summary>Any constant of ours will do: "atlantic" in ASCII.</summary>
    private const long AdvisoryLock = 0x61746C616E746963;

    private readonly NpgsqlDataSource _database;
    private readonly ILogger _log;
    private readonly IReadOnlyList<Migration> _migrations;

    public Migrator(NpgsqlDataSource database, ILogger<Migrator> log) : this(database, log, Migration.Embedded()) { }

    internal Migrator(NpgsqlDataSource database, ILogger<Migrator> log, IReadOnlyList<Migration> migrations) =>
        (_database, _log, _migrations) = (database, log, migrations);

    /// <summary>Applies what is missing, each file in a transaction of its own. The names of those applied; empty when all was there.</summary>
    /// <exception cref="SchemaException">The schema is newer than this binary, or a migration that has run was changed or is missing.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"select pg_advisory_lock({AdvisoryLock})", cancellation);
        try
        {
            await ExecuteAsync(connection, """
                create table if not exists schema_migrations (
                    number integer primary key,
                    name text not null,
                    checksum text not null,
                    applied_at timestamptz not null default now())
                """, cancellation);
            int applied = Verify(await AppliedAsync(connection, cancellation));

            var missing = _migrations.Skip(applied).ToList();
            foreach (var migration in missing)
                await ApplyAsync(connection, migration, cancellation);
            return [.. missing.Select(migration => migration.Name)];
        }
        finally
        {
            // The connection goes back to the pool, which does not end its session: unlock by hand, whatever happened.
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
                await ExecuteAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }

    /// <summary>Whether the schema is exactly this binary's, without changing anything. Null when it is, else what is wrong.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await using var exists = new NpgsqlCommand("select to_regclass('schema_migrations') is not null", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return "The database is empty: run 'atlanticproxy migrate'.";
        try
        {
            int missing = _migrations.Count - Verify(await AppliedAsync(connection, cancellation));
            return missing == 0 ? null : $"The schema lacks {missing} migration(s): run 'atlanticproxy migrate'.";
        }
        catch (SchemaException e)
        {
            return e.Message;
        }
    }

    /// <summary>How many of ours are there already.</summary>
    private int Verify(IReadOnlyList<(int Number, string Name, string Checksum)> applied)
    {
        for (int i = 0; i < applied.Count; i++)
        {
            var (number, name, checksum) = applied[i];
            if (number != i + 1)
                throw new SchemaException($"Migration {i + 1} is missing from the database, though {name} is there: restore the database from a backup.");
            if (i >= _migrations.Count)
                throw new SchemaException(
                    $"The database has {name}, which this version of AtlanticProxy does not know: it was used by a newer one. Install that version again.");
            if (checksum != _migrations[i].Checksum)
                throw new SchemaException(
                    $"Migration {name} is not the one that made this database (checksum {checksum[..12]}, here {_migrations[i].Name} {_migrations[i].Checksum[..12]}): "
                    + "install the version that it was made with.");
        }
        return applied.Count;
    }

    private static async Task<IReadOnlyList<(int, string, string)>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new List<(int, string, string)>();
        await using var command = new NpgsqlCommand("select number, name, checksum from schema_migrations order by number", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            applied.Add((rows.GetInt32(0), rows.GetString(1), rows.GetString(2)));
        return applied;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, migration.Sql, cancellation);
        await using var record = new NpgsqlCommand("insert into schema_migrations (number, name, checksum) values ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = migration.Number }, new() { Value = migration.Name }, new() { Value = migration.Checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        LogApplied(migration.Name);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // Another node may be migrating a large table: wait for it as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(2001, LogLevel.Information, "Applied migration {Name}")]
    private partial void LogApplied(string name);
}
