using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Backups;

/// <summary>A backup of an older version, from a server whose roles are not there where it is restored.</summary>
[TestClass]
public sealed class OlderBackupTests : IDisposable
{
    /// <summary>Migrations of the older version.</summary>
    private const int Old = 40;

    private readonly TemporaryFolder _folder = new();

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Restore_OfAnOlderVersion_IsMigratedAndAsksForNoRoles()
    {
        var settings = Settings.Load(
            new Dictionary<string, string?> { ["Data:Directory"] = _folder["old"] },
            environment: new Dictionary<string, string?>());
        string backup;
        await using (var server = await EmbeddedPostgres.StartAsync(
            settings.EmbeddedPostgres, TimeProvider.System, NullLoggerFactory.Instance, Cancel))
        {
            await using var source = NpgsqlDataSource.Create(server.ConnectionString);
            await MakeOldAsync(source);
            SecretKeyFile.LoadOrCreate(settings.KeyFile);
            var taking = new BackupTaking(
                settings, server.ConnectionString, new Migrator(source, NullLogger<Migrator>.Instance), TimeProvider.System);
            backup = (await taking.TakeAsync(_folder["backups"], recipient: "", Cancel)).File;
        }

        var restored = await Testing.Cli.RunAsync(["restore", backup, "--data", _folder["new"]]);
        var customers = await Testing.Cli.RunAsync(["customer", "list", "--data", _folder["new"]]);

        Assert.AreEqual(0, restored.ExitCode, restored.Error);
        StringAssert.Contains(restored.Output, "Applied 0041_");
        StringAssert.Contains(restored.Output, "Applied 0047_backups.sql");
        StringAssert.Contains(customers.Output, "alice@example.com");
    }

    /// <summary>The first migrations only, a customer, and a role that owns a table and may read another.</summary>
    private async Task MakeOldAsync(NpgsqlDataSource source)
    {
        await ExecuteAsync(source, """
            create table schema_migrations (number integer primary key, name text not null, checksum text not null,
                applied_at timestamptz not null default now());
            create table schema_functions (name text primary key, checksum text not null, applied_by text not null,
                applied_at timestamptz not null default now())
            """);
        var assembly = typeof(Migrator).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Migrations.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(Old))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            string sql = await reader.ReadToEndAsync(Cancel), name = resource[(resource.IndexOf(".Migrations.",
                StringComparison.Ordinal) + ".Migrations.".Length)..];
            await ExecuteAsync(source, sql);
            await using var record = source.CreateCommand("insert into schema_migrations values ($1, $2, $3)");
            foreach (object value in new object[] { int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))) })
                record.Parameters.Add(new() { Value = value });
            await record.ExecuteNonQueryAsync(Cancel);
        }
        await ExecuteAsync(source, """
            insert into customers (email, name) values ('alice@example.com', 'Alice');
            create role reporting;
            grant select on customers to reporting;
            alter table pools owner to reporting
            """);
    }

    private async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
