using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Testing;

/// <summary>
/// A throwaway PostgreSQL cluster under the temporary folder, on the appliance's own embedded server. One an assembly, through
/// <see cref="SharedAsync"/> and an <c>[AssemblyCleanup]</c> that calls <see cref="StopSharedAsync"/>; a test that stops or
/// crashes its server starts one of its own.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Template = "template_atlantic";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    private readonly string _folder;
    private readonly SemaphoreSlim _creating = new(1);
    private bool _templated;

    private PostgresServer(string folder, EmbeddedPostgres embedded) => (_folder, Embedded) = (folder, embedded);

    public EmbeddedPostgres Embedded { get; }

    /// <summary>The assembly's server, started by the first test that asks.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    public static async Task StopSharedAsync()
    {
        if (Shared.IsValueCreated)
            await (await Shared.Value).DisposeAsync();
    }

    public static async Task<PostgresServer> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("atlantic-test-").FullName;
        // The server may run as another user than we do: it must be able to reach its own folder in ours.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var options = new EmbeddedPostgresOptions
        {
            Directory = Path.Combine(folder, "db"),
            // Nothing here outlives the test, so nothing needs to reach the disk. Commits still reach the kernel: tests kill the
            // server.
            Settings = new Dictionary<string, string> { ["fsync"] = "off", ["full_page_writes"] = "off",
                ["max_connections"] = "200" },
        };
        return new PostgresServer(folder,
            await EmbeddedPostgres.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None));
    }

    /// <summary>
    /// A database of its own for one test, with the whole schema unless <paramref name="migrated"/> is false. Dropped when
    /// disposed.
    /// </summary>
    public async Task<TestDatabase> CreateDatabaseAsync(bool migrated = true)
    {
        string name = $"t_{Guid.CreateVersion7():n}";
        await _creating.WaitAsync();
        try
        {
            if (migrated && !_templated)
            {
                await ExecuteAsync($"create database {Template}");
                await using var template = NpgsqlDataSource.Create(ConnectionStringFor(Template) + ";Pooling=false");
                await new Migrator(template, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
                _templated = true;
            }
            await ExecuteAsync($"create database {name}{(migrated ? $" template {Template} strategy file_copy" : "")}");
        }
        finally
        {
            _creating.Release();
        }
        return new TestDatabase(this, name, ConnectionStringFor(name));
    }

    public async ValueTask DisposeAsync()
    {
        await Embedded.DisposeAsync();
        _creating.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal Task DropAsync(string name) => ExecuteAsync($"drop database if exists {name} with (force)");

    private string ConnectionStringFor(string database) =>
        new NpgsqlConnectionStringBuilder(Embedded.ConnectionStringFor(database)) { MaxPoolSize = 10 }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringFor("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One test's database.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;

    internal TestDatabase(PostgresServer server, string name, string connectionString)
    {
        (_server, Name, ConnectionString) = (server, name, connectionString);
        // Tests fill tables with hundreds of thousands of rows in one command, on machines that do other things too.
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 });
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _server.DropAsync(Name);
    }
}
