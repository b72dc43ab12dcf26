using System.Net;
using System.Reflection;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Testing;
using LinqToDB;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Tests.Database;

[TestClass]
public sealed class SchemaTests
{
    /// <summary>Tables that no entity maps, on purpose: only SQL reads and writes them.</summary>
    private static readonly string[] NotMapped =
    [
        "schema_migrations", "schema_functions", "secret_key_check", "quota_accounts", "quota_days", "quota_leases", "events",
        "grants",
        "user_sessions", "user_networks", "password_resets",
        "provider_bills", "provider_days",
        "findings", "idempotent_requests", "data_protection_keys", "invoice_numbers", "invoice_papers", "email_changes",
        "alert_turns", "served_host_names", "sign_in_links",
    ];

    [TestMethod]
    public async Task Mapping_EveryColumn_IsThatOfTheRealSchema()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(database.Source));
        var mapped = new SortedSet<string>(
            from entity in Entities(db)
            from column in entity.Columns
            let type = Nullable.GetUnderlyingType(column.MemberType) ?? column.MemberType
            let name = type.IsEnum ? "text" : column.DataType == DataType.BinaryJson ? "jsonb" : TypeNames[type]
            select $"{entity.Name.Name}.{column.ColumnName} {name} "
                + $"{(IsNullable(column) ? "null" : "not null")}", StringComparer.Ordinal);

        var schema = new SortedSet<string>(StringComparer.Ordinal);
        await using var command = database.Source.CreateCommand("""
            select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null'
                else 'null' end
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and a.attnum > 0
                and not a.attisdropped
            """);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            if (!NotMapped.Contains(rows.GetString(0)))
                schema.Add($"{rows.GetString(0)}.{rows.GetString(1)} {rows.GetString(2)} {rows.GetString(3)}");

        Assert.IsNotEmpty(schema);
        Assert.AreEqual(string.Join('\n', schema), string.Join('\n', mapped));
    }

    [TestMethod]
    public async Task Mapping_EveryPrimaryKey_IsThatOfTheRealSchema()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(database.Source));
        foreach (var entity in Entities(db))
        {
            string real = await database.ScalarAsync<string>($"""
                select string_agg(a.attname, ',' order by k.position)
                from pg_constraint c, unnest(c.conkey) with ordinality k(number, position), pg_attribute a
                where c.contype = 'p' and c.conrelid = '{entity.Name.Name}'::regclass and a.attrelid = c.conrelid
                    and a.attnum = k.number
                """);
            var mapped = entity.Columns.Where(column => column.IsPrimaryKey).OrderBy(column => column.PrimaryKeyOrder)
                .Select(column => column.ColumnName);
            Assert.AreEqual(real, string.Join(',', mapped), entity.Name.Name);
        }
    }

    [TestMethod]
    public async Task Mapping_EveryAllowedValueOfAnEnum_IsThatOfTheRealSchema()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(database.Source));
        int compared = 0;
        foreach (var entity in Entities(db))
            foreach (var column in entity.Columns.Where(column => column.MemberType.IsEnum))
            {
                string check = await database.ScalarAsync<string>($"""
                    select coalesce(max(pg_get_constraintdef(c.oid)), '') from pg_constraint c
                    where c.contype = 'c' and c.conrelid = '{entity.Name.Name}'::regclass
                        and c.conname = '{entity.Name.Name}_{column.ColumnName}_check'
                    """);
                if (check.Length == 0)
                    continue; // of a table that only functions write, from another table's checked column
                var allowed = System.Text.RegularExpressions.Regex.Matches(check, "'([a-z0-9_]+)'")
                    .Select(match => match.Groups[1].Value).Order();
                var values = Enum.GetValues(column.MemberType).Cast<Enum>()
                    .Select(value => (string)db.MappingSchema.EnumToValue(value)!).Order();
                Assert.AreEqual(string.Join(' ', allowed), string.Join(' ', values), $"{entity.Name.Name}.{column.ColumnName}");
                compared++;
            }
        Assert.IsGreaterThan(8, compared);
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

    /// <summary>How PostgreSQL calls what a property is kept as.</summary>
    private static readonly Dictionary<Type, string> TypeNames = new()
    {
        [typeof(long)] = "bigint", [typeof(short)] = "smallint", [typeof(int)] = "integer", [typeof(bool)] = "boolean",
        [typeof(string)] = "text",
        [typeof(byte[])] = "bytea",
        [typeof(DateTimeOffset)] = "timestamp with time zone", [typeof(DateOnly)] = "date", [typeof(string[])] = "text[]",
        [typeof(long[])] = "bigint[]",
        [typeof(IPNetwork[])] = "cidr[]",
        [typeof(IPAddress)] = "inet",
    };

    /// <summary>Of every table that <see cref="AtlanticDb"/> has.</summary>
    private static IEnumerable<EntityDescriptor> Entities(AtlanticDb db) => typeof(AtlanticDb)
        .GetProperties(BindingFlags.Instance | BindingFlags.NonPublic)
        .Where(property =>
            property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(ITable<>))
        .Select(property => db.MappingSchema.GetEntityDescriptor(property.PropertyType.GetGenericArguments()[0]));

    private static bool IsNullable(ColumnDescriptor column) => column.MemberType.IsValueType
        ? Nullable.GetUnderlyingType(column.MemberType) is not null
        : new NullabilityInfoContext().Create((PropertyInfo)column.MemberInfo).ReadState == NullabilityState.Nullable;
}
