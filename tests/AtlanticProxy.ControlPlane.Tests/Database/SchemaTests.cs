using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AtlanticProxy.ControlPlane.Tests.Database;

[TestClass]
public sealed class SchemaTests
{
    /// <summary>Tables that the model does not know, on purpose.</summary>
    private static readonly string[] NotInModel = ["schema_migrations", "secret_key_check", "plan_versions", "quota_accounts", "quota_days", "quota_leases", "events", "provider_bills"];

    [TestMethod]
    public async Task Model_EveryColumn_IsThatOfTheRealSchema()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var context = new AtlanticDbContext(new DbContextOptionsBuilder<AtlanticDbContext>().UseNpgsql(database.Source).Options);
        var model = new SortedSet<string>(
            from entity in context.Model.GetEntityTypes()
            let table = StoreObjectIdentifier.Table(entity.GetTableName()!)
            from property in entity.GetProperties()
            let nullable = property.IsColumnNullable(table) ? "null" : "not null"
            select $"{table.Name}.{property.GetColumnName(table)} {property.GetColumnType()} {nullable}", StringComparer.Ordinal);

        var schema = new SortedSet<string>(StringComparer.Ordinal);
        await using var command = database.Source.CreateCommand("""
            select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
            """);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            if (!NotInModel.Contains(rows.GetString(0)))
                schema.Add($"{rows.GetString(0)}.{rows.GetString(1)} {rows.GetString(2)} {rows.GetString(3)}");

        Assert.IsNotEmpty(schema);
        Assert.AreEqual(string.Join('\n', schema), string.Join('\n', model));
    }

    [TestMethod]
    public async Task Model_EveryPrimaryKey_IsThatOfTheRealSchema()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var context = new AtlanticDbContext(new DbContextOptionsBuilder<AtlanticDbContext>().UseNpgsql(database.Source).Options);
        foreach (var entity in context.Model.GetEntityTypes())
        {
            string real = await database.ScalarAsync<string>($"""
                select string_agg(a.attname, ',' order by k.position)
                from pg_constraint c, unnest(c.conkey) with ordinality k(number, position), pg_attribute a
                where c.contype = 'p' and c.conrelid = '{entity.GetTableName()}'::regclass and a.attrelid = c.conrelid and a.attnum = k.number
                """);
            Assert.AreEqual(real, string.Join(',', entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName())), entity.GetTableName());
        }
    }

    [TestMethod]
    public async Task Schema_EveryForeignKey_HasAnIndexThatBeginsWithIt()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        const string unindexed = """
            select coalesce(string_agg(c.conrelid::regclass || '.' || c.conname, ', '), '')
            from pg_constraint c
            where c.contype = 'f' and not exists (
                select 1 from pg_index i
                where i.indrelid = c.conrelid and i.indpred is null
                  and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] = c.conkey)
            """;

        Assert.AreEqual("", await database.ScalarAsync<string>(unindexed));

        // And the check itself can fail.
        await database.ExecuteAsync("create table orphan (customer_id bigint references customers)");
        StringAssert.Contains(await database.ScalarAsync<string>(unindexed), "orphan");
    }
}
