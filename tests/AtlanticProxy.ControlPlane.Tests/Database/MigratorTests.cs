using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Database;

[TestClass]
public sealed class MigratorTests
{
    private static readonly Migration One = new(1, "0001_one.sql", "create table one (id int)");
    private static readonly Migration Two = new(2, "0002_two.sql", "create table two (id int)");

    private static readonly FunctionFile Answer = new("answer.sql",
        "create or replace function answer() returns int language sql as 'select 42'");

    private static Migrator Migrator(NpgsqlDataSource database, params Migration[] migrations) =>
        new(database, NullLogger<Migrator>.Instance, migrations, [], new(1, 0));

    private static Migrator Migrator(NpgsqlDataSource database, params FunctionFile[] functions) =>
        new(database, NullLogger<Migrator>.Instance, [One], functions, new(1, 0));

    private static async Task<TestDatabase> EmptyDatabaseAsync() =>
        await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false);

    [TestMethod]
    public async Task Migrate_EmptyDatabase_AppliesAllInOrder()
    {
        await using var database = await EmptyDatabaseAsync();
        var migrator = new Migrator(database.Source, NullLogger<Migrator>.Instance);
        StringAssert.Contains(await migrator.CheckAsync(default), "empty");

        var applied = await migrator.MigrateAsync(default);

        CollectionAssert.AreEqual(Migration.Embedded().Select(m => m.Name).Concat(FunctionFile.Embedded().Select(f => f.Name))
            .ToList(), applied.ToList());
        Assert.IsNull(await migrator.CheckAsync(default));
    }

    [TestMethod]
    public async Task Migrate_RulesOnNamesThatAreAddresses_BecomeRulesOnNetworks()
    {
        await using var database = await EmptyDatabaseAsync();
        var all = Migration.Embedded();
        await Migrator(database.Source, [.. all.Where(migration => migration.Number < 14)]).MigrateAsync(default);
        await database.ExecuteAsync("""
            insert into destination_rules (kind, value) values
                ('domain', '203.0.113.7'), ('suffix', '203.0.113.7'), ('suffix', '10.0.0.1'), ('domain', '999.1.1.1'),
                ('domain', '1.2.3'), ('suffix', '1.2.3.4.'), ('domain', 'ads.example.com'), ('port', '25')
            """);

        await Migrator(database.Source, [.. all]).MigrateAsync(default);

        Assert.AreEqual(
            "domain 1.2.3, domain 999.1.1.1, domain ads.example.com, network 10.0.0.1, network 203.0.113.7, port 25, "
                + "suffix 1.2.3.4., suffix 203.0.113.7",
            await database.ScalarAsync<string>("""
                select string_agg(kind || ' ' || value, ', ' order by kind collate "C", value collate "C") from destination_rules
                """));
    }

    [TestMethod]
    public async Task Migrate_SecondTime_ChangesNothing()
    {
        await using var database = await EmptyDatabaseAsync();
        await Migrator(database.Source, One).MigrateAsync(default);
        var second = Migrator(database.Source, One, Two);
        StringAssert.Contains(await second.CheckAsync(default), "lacks 1 migration");

        CollectionAssert.AreEqual(new[] { Two.Name }, (await second.MigrateAsync(default)).ToList());
        Assert.IsEmpty(await second.MigrateAsync(default));
    }

    [TestMethod]
    public async Task Migrate_TwoAtOnce_EachMigrationRunsOnce()
    {
        await using var database = await EmptyDatabaseAsync();

        var applied =
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator(database.Source, One, Two).MigrateAsync(default)));

        CollectionAssert.AreEquivalent(new[] { One.Name, Two.Name }, applied.SelectMany(names => names).ToList());
    }

    [TestMethod]
    public async Task Migrate_ChangedMigration_IsRefused()
    {
        await using var database = await EmptyDatabaseAsync();
        await Migrator(database.Source, One).MigrateAsync(default);
        var changed = Migrator(database.Source, One with { Sql = "create table one (id bigint)" }, Two);

        var refusal = await Assert.ThrowsExactlyAsync<SchemaException>(() => changed.MigrateAsync(default));

        StringAssert.Contains(refusal.Message, "0001_one.sql");
        Assert.AreEqual(refusal.Message, await changed.CheckAsync(default));
        Assert.IsFalse(await database.ScalarAsync<bool>("select to_regclass('two') is not null"),
            "nothing may be applied after a refusal");
    }

    [TestMethod]
    public async Task Migrate_SchemaNewerThanBinary_IsRefused()
    {
        await using var database = await EmptyDatabaseAsync();
        await Migrator(database.Source, One, Two).MigrateAsync(default);

        var refusal = await Assert.ThrowsExactlyAsync<SchemaException>(() =>
            Migrator(database.Source, One).MigrateAsync(default));

        StringAssert.Contains(refusal.Message, "newer");
    }

    [TestMethod]
    public async Task Migrate_RecordOfAMigrationGone_IsRefused()
    {
        await using var database = await EmptyDatabaseAsync();
        await Migrator(database.Source, One, Two).MigrateAsync(default);
        await database.ExecuteAsync("delete from schema_migrations where number = 1");

        var refusal = await Assert.ThrowsExactlyAsync<SchemaException>(() =>
            Migrator(database.Source, One, Two).MigrateAsync(default));

        StringAssert.Contains(refusal.Message, "Migration 1 is missing");
    }

    [TestMethod]
    public async Task Migrate_FailingMigration_LeavesNothingOfItAndFreesTheLock()
    {
        await using var database = await EmptyDatabaseAsync();
        var broken = Two with { Sql = "create table two (id int); select 1 / 0" };
        await Assert.ThrowsExactlyAsync<PostgresException>(() => Migrator(database.Source, One, broken).MigrateAsync(default));
        Assert.IsFalse(await database.ScalarAsync<bool>("select to_regclass('two') is not null"));

        CollectionAssert.AreEqual(new[] { Two.Name }, (await Migrator(database.Source, One, Two).MigrateAsync(default)).ToList());
    }

    [TestMethod]
    public async Task Migrate_FunctionTextChanged_IsAppliedAgainAndOnlyThen()
    {
        await using var database = await EmptyDatabaseAsync();
        var other = new FunctionFile("other.sql",
            "create or replace function other() returns int language sql as 'select answer()'");
        CollectionAssert.AreEqual(new[] { One.Name, Answer.Name, other.Name },
            (await Migrator(database.Source, Answer, other).MigrateAsync(default)).ToList());
        Assert.IsEmpty(await Migrator(database.Source, Answer, other).MigrateAsync(default));

        var changed = Migrator(database.Source, Answer with { Sql = Answer.Sql.Replace("42", "43", StringComparison.Ordinal) },
            other);
        StringAssert.Contains(await changed.CheckAsync(default), "answer.sql");
        CollectionAssert.AreEqual(new[] { Answer.Name }, (await changed.MigrateAsync(default)).ToList());

        Assert.AreEqual(43, await database.ScalarAsync<int>("select other()"));
        Assert.IsNull(await changed.CheckAsync(default));
    }

    [TestMethod]
    public async Task Migrate_FunctionsOfANewerVersion_AreLeftAlone()
    {
        await using var database = await EmptyDatabaseAsync();
        var newer = Answer with { Sql = Answer.Sql.Replace("42", "43", StringComparison.Ordinal) };
        Migrator Of(string version, FunctionFile file) =>
            new(database.Source, NullLogger<Migrator>.Instance, [One], [file], new(version));
        await Of("1.0", Answer).MigrateAsync(default);
        await Of("1.10", newer).MigrateAsync(default);

        Assert.IsEmpty(await Of("1.9", Answer).MigrateAsync(default), "an old node that starts again");
        Assert.IsNull(await Of("1.9", Answer).CheckAsync(default));
        Assert.AreEqual(43, await database.ScalarAsync<int>("select answer()"));
        CollectionAssert.AreEqual(new[] { Answer.Name }, (await Of("1.10", Answer).MigrateAsync(default)).ToList(),
            "of one version, the text counts");
    }

    [TestMethod]
    public async Task Migrate_FunctionsBesideSomebodyWhoHoldsTheirTables_TriesAgain()
    {
        await using var database = await EmptyDatabaseAsync();
        await database.ExecuteAsync("create table one (id int); create table two (id int)");
        var triggers = new FunctionFile("triggers.sql", "lock table one; select pg_notify('one', ''); lock table two");
        await using var other = await database.Source.OpenConnectionAsync();
        async Task SayAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, other);
            await command.ExecuteNonQueryAsync();
        }
        await SayAsync("begin; set local deadlock_timeout = '1h'; lock table two");
        var migrating = new Migrator(database.Source, NullLogger<Migrator>.Instance, [], [triggers], new(1, 0))
            .MigrateAsync(default);
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>(
            "select count(*) from pg_locks where not granted and relation = 'two'::regclass") == 1, because: "it waits for two");

        await SayAsync("lock table one; commit"); // each waits for the other now, and PostgreSQL ends the migrator's transaction

        CollectionAssert.AreEqual(new[] { triggers.Name }, (await migrating).ToList());
    }

    [TestMethod]
    public async Task Migrate_FunctionThatFails_LeavesTheOldOnesInPlace()
    {
        await using var database = await EmptyDatabaseAsync();
        await Migrator(database.Source, Answer).MigrateAsync(default);
        var broken = new FunctionFile("broken.sql", "create function");

        await Assert.ThrowsExactlyAsync<PostgresException>(() =>
            Migrator(database.Source, Answer with { Sql = Answer.Sql.Replace("42", "43", StringComparison.Ordinal) }, broken)
                .MigrateAsync(default));

        Assert.AreEqual(42, await database.ScalarAsync<int>("select answer()"));
        Assert.IsNull(await Migrator(database.Source, Answer).CheckAsync(default));
    }

    [TestMethod]
    public async Task Functions_AppliedAgain_ChangeNothing()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        const string definitions = """
            select string_agg(definition, e'\n' order by definition) from (
                select pg_get_functiondef(p.oid) as definition from pg_proc p where p.pronamespace = 'public'::regnamespace
                    and p.prolang <> (select oid from pg_language where lanname = 'c')
                union all select pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal) all_of_them
            """;
        string before = await database.ScalarAsync<string>(definitions);
        await database.ExecuteAsync("delete from schema_functions");

        var applied = await new Migrator(database.Source, NullLogger<Migrator>.Instance).MigrateAsync(default);

        CollectionAssert.AreEqual(FunctionFile.Embedded().Select(file => file.Name).ToList(), applied.ToList());
        Assert.AreEqual(before, await database.ScalarAsync<string>(definitions));
    }

    [TestMethod]
    public void Functions_EachName_StandsInOnePlace()
    {
        var names = FunctionFile.Embedded()
            .SelectMany(file =>
                System.Text.RegularExpressions.Regex.Matches(file.Sql, @"^create or replace function (\w+)\(",
                    System.Text.RegularExpressions.RegexOptions.Multiline))
            .Select(match => match.Groups[1].Value).ToList();

        Assert.IsGreaterThan(20, names.Count);
        CollectionAssert.AllItemsAreUnique(names);
        Assert.IsFalse(Migration.Embedded()
            .Any(migration => migration.Sql.Contains("create function", StringComparison.OrdinalIgnoreCase)),
            "functions have files of their own");
    }

    [TestMethod]
    public void Embedded_Numbers_AreWithoutGaps() =>
        CollectionAssert.AreEqual(Enumerable.Range(1, Migration.Embedded().Count).ToList(),
            Migration.Embedded().Select(m => m.Number).ToList());
}
