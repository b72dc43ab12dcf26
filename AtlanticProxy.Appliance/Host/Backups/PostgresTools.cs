using System.Data;
using System.Globalization;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Serving;
using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <summary>PostgreSQL's own programs, pointed at the appliance's server.</summary>
internal sealed class PostgresTools
{
    private readonly string _folder;
    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresTools(string folder, int serverMajor, NpgsqlConnectionStringBuilder connection) =>
        (_folder, ServerMajor, _connection) = (folder, serverMajor, connection);

    public int ServerMajor { get; }

    /// <exception cref="StartupException">There are none, or only older ones than the server.</exception>
    public static async Task<PostgresTools> FindAsync(Settings settings, string connectionString, CancellationToken cancel)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var session = await source.OpenConnectionAsync(cancel);
        int server = session.PostgreSqlVersion.Major;
        var binaries = await PostgresBinaries.FindAsync(settings.DatabaseDirectory, null, cancel);
        return binaries.Major >= server
            ? new(binaries.Folder, server, connection)
            : throw new StartupException(
                $"The server is PostgreSQL {server}, but this machine's pg_dump is of {binaries.Major}: "
                    + $"apt-get install postgresql-client-{server}.");
    }

    /// <summary>Writes a dump of the appliance's database, consistent in itself, to a file that only its owner reads.</summary>
    /// <returns>How many rows each table has in there.</returns>
    public async Task<Dictionary<string, long>> DumpAsync(string file, CancellationToken cancel)
    {
        // pg_dump keeps the mode of a file that is there; one that it makes, others could read.
        PrivateFile.Write(file, []);
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var session = await source.OpenConnectionAsync(cancel);
        await using var transaction = await session.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var export = new NpgsqlCommand("select pg_export_snapshot()", session);
        string snapshot = (string)(await export.ExecuteScalarAsync(cancel))!;
        var rows = await RowCounts.ReadAsync(session, cancel);
        await RunAsync(
            "pg_dump",
            ["--format=custom", "--no-owner", "--no-privileges", $"--snapshot={snapshot}", $"--file={file}"],
            _connection.Database!, cancel);
        return rows;
    }

    /// <summary>
    /// Fills an empty database. Roles that the dump's server had are not needed: everything is this user's own.
    /// </summary>
    public Task RestoreAsync(string dump, string database, CancellationToken cancel) =>
        RunAsync(
            "pg_restore", ["--exit-on-error", "--no-owner", "--no-privileges", $"--dbname={database}", dump],
            database, cancel);

    private async Task RunAsync(string program, string[] arguments, string database, CancellationToken cancel)
    {
        // A password goes by the environment, which is this user's own, and not by arguments, which everybody may read.
        var variables = new Dictionary<string, string>
        {
            ["PGHOST"] = _connection.Host!, ["PGPORT"] = _connection.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = _connection.Username!, ["PGDATABASE"] = database,
            ["PGSSLMODE"] = _connection.SslMode.ToString().ToLowerInvariant() switch
            {
                "verifyca" => "verify-ca", "verifyfull" => "verify-full", var mode => mode,
            },
        };
        if (_connection.Password is { Length: > 0 } password)
            variables["PGPASSWORD"] = password;
        var ended = await Tool.RunAsync([Path.Combine(_folder, program), .. arguments], cancel, variables);
        if (ended.ExitCode != 0)
            throw new StartupException($"{program} failed: {ended.Reason}");
    }
}
