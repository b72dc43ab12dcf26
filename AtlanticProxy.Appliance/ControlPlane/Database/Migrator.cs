using Microsoft.Extensions.Logging;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>The database's schema is not one that this binary can work on. The message says what to do.</summary>
public sealed class SchemaException(string message) : Exception(message);

/// <summary>Brings the schema to this binary's version. Safe to run at every start and from several nodes at once.</summary>
public sealed partial class Migrator
{
    /// <summary>Any constant of ours will do: "atlantic" in ASCII.</summary>
    private const long AdvisoryLock = 0x61746C616E746963;

    private const string Records = """
        create table if not exists schema_migrations (
            number integer primary key,
            name text not null,
            checksum text not null,
            applied_at timestamptz not null default now());
        create table if not exists schema_functions (
            name text primary key,
            checksum text not null,
            applied_by text not null,
            applied_at timestamptz not null default now())
        """;

    /// <summary>
    /// Tries to apply functions, each of which PostgreSQL may break off since others use the same tables at that moment.
    /// </summary>
    private const int FunctionTries = 5;

    private readonly NpgsqlDataSource _database;
    private readonly ILogger _log;
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly IReadOnlyList<FunctionFile> _functions;
    private readonly Version _version;

    public Migrator(NpgsqlDataSource database, ILogger<Migrator> log)
        : this(database, log, Migration.Embedded(), FunctionFile.Embedded(), typeof(Migrator).Assembly.GetName().Version!) { }

    internal Migrator(
        NpgsqlDataSource database, ILogger<Migrator> log, IReadOnlyList<Migration> migrations,
        IReadOnlyList<FunctionFile> functions,
        Version version) =>
            (_database, _log, _migrations, _functions, _version) = (database, log, migrations, functions, version);

    /// <summary>
    /// Applies the migrations that are missing, each in a transaction of its own, then the functions whose text has changed, all
    /// in one. The names of the files applied; empty when all was there.
    /// </summary>
    /// <exception cref="SchemaException">The schema is newer than this binary, or a migration that has run was changed or is
    /// missing.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"select pg_advisory_lock({AdvisoryLock})", cancellation);
        try
        {
            await ExecuteAsync(connection, Records, cancellation);
            int applied = Verify(await AppliedAsync(connection, cancellation));

            var missing = _migrations.Skip(applied).ToList();
            foreach (var migration in missing)
                await ApplyAsync(connection, migration, cancellation);
            var changed = await ChangedFunctionsAsync(connection, cancellation);
            for (int tries = 1; !await TryApplyAsync(connection, changed, mayTryAgain: tries < FunctionTries, cancellation);
                tries++)
                LogDeadlock(tries);
            return [.. missing.Select(migration => migration.Name), .. changed.Select(file => file.Name)];
        }
        finally
        {
            // The connection goes back to the pool, which does not end its session: unlock by hand, whatever happened.
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
                await ExecuteAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }

    /// <summary>
    /// Whether the schema is exactly this binary's, without changing anything. Null when it is, else what is wrong.
    /// </summary>
    public async Task<string?> CheckAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await using var exists = new NpgsqlCommand("select to_regclass('schema_functions') is not null", connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return "The database is empty: run 'atlanticproxy migrate'.";
        try
        {
            int missing = _migrations.Count - Verify(await AppliedAsync(connection, cancellation));
            if (missing > 0)
                return $"The schema lacks {missing} migration(s): run 'atlanticproxy migrate'.";
        }
        catch (SchemaException e)
        {
            return e.Message;
        }
        var changed = await ChangedFunctionsAsync(connection, cancellation);
        return changed is []
            ? null
            : $"The database's functions are of another version ({Names(changed)}): run 'atlanticproxy migrate'.";
    }

    /// <summary>How many migrations this binary has.</summary>
    public static int Newest => Migration.Embedded().Count;

    /// <summary>How many migrations the database has.</summary>
    public async Task<int> CountAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        return (await AppliedAsync(connection, cancellation)).Count;
    }

    /// <summary>How many of ours are there already.</summary>
    private int Verify(IReadOnlyList<(int Number, string Name, string Checksum)> applied)
    {
        for (int i = 0; i < applied.Count; i++)
        {
            var (number, name, checksum) = applied[i];
            if (number != i + 1)
                throw new SchemaException(
                    $"Migration {i + 1} is missing from the database, though {name} is there: restore the database from a "
                        + "backup.");
            if (i >= _migrations.Count)
                throw new SchemaException(
                    $"The database has {name}, which this version of AtlanticProxy does not know: it was used by a newer one. "
                        + "Install that version again.");
            if (checksum != _migrations[i].Checksum)
                throw new SchemaException(
                    $"Migration {name} is not the one that made this database (checksum {checksum[..12]}, here "
                        + $"{_migrations[i].Name} {_migrations[i].Checksum[..12]}): "
                    + "install the version that it was made with.");
        }
        return applied.Count;
    }

    private static async Task<IReadOnlyList<(int, string, string)>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new List<(int, string, string)>();
        await using var command = new NpgsqlCommand("select number, name, checksum from schema_migrations order by number",
            connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            applied.Add((rows.GetInt32(0), rows.GetString(1), rows.GetString(2)));
        return applied;
    }

    /// <summary>
    /// Those whose text is another than the database's. What a newer version has applied stays: an old node of a cluster that
    /// starts once more while the others are newer must not take their functions away.
    /// </summary>
    private async Task<IReadOnlyList<FunctionFile>> ChangedFunctionsAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new Dictionary<string, (string Checksum, Version By)>();
        await using var command = new NpgsqlCommand("select name, checksum, applied_by from schema_functions", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            applied.Add(rows.GetString(0), (rows.GetString(1), Version.Parse(rows.GetString(2))));
        return [.. _functions.Where(file =>
            !applied.TryGetValue(file.Name, out var present) || (present.Checksum != file.Checksum && present.By <= _version))];
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, migration.Sql, cancellation);
        await using var record = new NpgsqlCommand("insert into schema_migrations (number, name, checksum) values ($1, $2, $3)",
            connection)
        {
            Parameters = { new() { Value = migration.Number }, new() { Value = migration.Name },
                new() { Value = migration.Checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        LogApplied(migration.Name);
    }

    /// <summary>
    /// False, with nothing applied: others and this waited for each other's tables, and PostgreSQL broke this off.
    /// </summary>
    private async Task<bool> TryApplyAsync(
        NpgsqlConnection connection, IReadOnlyList<FunctionFile> files, bool mayTryAgain, CancellationToken cancellation)
    {
        try
        {
            await ApplyAsync(connection, files, cancellation);
            return true;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.DeadlockDetected && mayTryAgain)
        {
            return false;
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<FunctionFile> files, CancellationToken cancellation)
    {
        if (files is [])
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // They call each other: none can be checked before all are there.
        await ExecuteAsync(connection, "set local check_function_bodies = off", cancellation);
        foreach (var file in files)
        {
            await ExecuteAsync(connection, file.Sql, cancellation);
            await using var record = new NpgsqlCommand("""
                insert into schema_functions (name, checksum, applied_by) values ($1, $2, $3)
                on conflict (name) do update set checksum = excluded.checksum, applied_by = excluded.applied_by,
                    applied_at = now()
                """, connection)
            {
                Parameters = { new() { Value = file.Name }, new() { Value = file.Checksum },
                    new() { Value = _version.ToString() } },
            };
            await record.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        LogFunctions(Names(files));
    }

    private static string Names(IEnumerable<FunctionFile> files) => string.Join(", ", files.Select(file => file.Name));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // Another node may be migrating a large table: wait for it as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(2001, LogLevel.Information, "Applied migration {Name}")]
    private partial void LogApplied(string name);

    [LoggerMessage(2003, LogLevel.Warning,
        "Functions could not be applied beside the work of others (try {Tries}); trying again")]
    private partial void LogDeadlock(int tries);

    [LoggerMessage(2002, LogLevel.Information, "Applied functions {Names}")]
    private partial void LogFunctions(string names);
}
