using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <summary>A database beside the appliance's that a backup is restored into. Whoever makes it drops or renames it.</summary>
/// <param name="connectionString">For the appliance's database.</param>
internal sealed class RestoredDatabase(string connectionString, string name) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _server = NpgsqlDataSource.Create(Of(connectionString, "postgres"));

    public string ConnectionString { get; } = Of(connectionString, name);

    /// <summary>Makes it, with what the unpacked backup has; one of that name that was left behind goes first.</summary>
    /// <param name="folder">Where the backup was unpacked.</param>
    /// <returns>Rows that were compared with the backup's counts; null: it has none.</returns>
    /// <exception cref="StartupException">It cannot be restored, or is not what was backed up.</exception>
    public async Task<long?> FillAsync(PostgresTools tools, BackupManifest manifest, string folder, CancellationToken cancel)
    {
        await DropAsync(cancel);
        await ExecuteAsync($"create database {Quote(name)}", cancel);
        await tools.RestoreAsync(Path.Combine(folder, BackupManifest.Dump), name, cancel);
        if (manifest.Rows is not { } backedUp)
            return null;
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var session = await source.OpenConnectionAsync(cancel);
        var restored = await RowCounts.ReadAsync(session, cancel);
        string[] other = [.. backedUp.Where(table => restored.GetValueOrDefault(table.Key, -1) != table.Value)
            .Select(table => $"{table.Key} has {restored.GetValueOrDefault(table.Key)} rows in place of {table.Value}")];
        return other is []
            ? backedUp.Values.Sum()
            : throw new StartupException($"What was restored is not what was backed up: {string.Join(", ", other)}.");
    }

    /// <summary>To this version's schema, with the backup's key proven to be the one that its secrets are sealed with.</summary>
    /// <exception cref="StartupException">Schema or key do not fit.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(string keyFile, CancellationToken cancel)
    {
        await using var restored = NpgsqlDataSource.Create(ConnectionString);
        try
        {
            var migrated = await new Migrator(restored, NullLogger<Migrator>.Instance).MigrateAsync(cancel);
            await new SecretKeyCheck(restored, new SecretBox(SecretKeyFile.LoadOrCreate(keyFile))).VerifyAsync(cancel);
            return migrated;
        }
        catch (Exception wrong) when (wrong is SchemaException or SecretKeyException)
        {
            throw new StartupException($"The backup cannot be used: {wrong.Message}", wrong);
        }
    }

    public Task DropAsync(CancellationToken cancel) =>
        ExecuteAsync($"drop database if exists {Quote(name)} with (force)", cancel);

    /// <summary>Runs a statement on the server, from outside of both databases, for as long as it takes.</summary>
    /// <exception cref="StartupException">Somebody uses the database, or this user may not do it.</exception>
    public async Task ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var command = _server.CreateCommand(sql);
        command.CommandTimeout = 0;
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            throw new StartupException(DatabaseUse.Refusal, refused);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StartupException(
                $"The database user may not do this ({refused.MessageText}): give it the right (alter role ... createdb).",
                refused);
        }
    }

    /// <summary>Nothing may be written to a database that is about to go, or it would be lost.</summary>
    /// <exception cref="StartupException">Somebody uses it.</exception>
    public async Task RequireUnusedAsync(string database, TimeProvider time, CancellationToken cancel)
    {
        if (await DatabaseUse.RefusalAsync(_server, database, time, cancel) is { } refusal)
            throw new StartupException(refusal);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Of(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, Pooling = false }.ConnectionString;
}
