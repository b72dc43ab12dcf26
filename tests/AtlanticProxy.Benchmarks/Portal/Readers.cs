using AtlanticProxy.ControlPlane.ApiTokens;
using Npgsql;

namespace AtlanticProxy.Benchmarks.Portal;

/// <summary>
/// Many customers as the demonstration's one, each with a login, proxy users and their usage, made in the appliance's database:
/// what pages read is not all in one row.
/// </summary>
internal static class Readers
{
    /// <summary>Line of postmaster.pid that has the socket's folder (PostgreSQL, miscadmin.h).</summary>
    private const int SocketLine = 5;

    public static string EmailOf(int number) => $"reader{number}@example.test";

    /// <param name="like">Email of the customer whose rows are copied, password included.</param>
    public static async Task AddAsync(string dataFolder, string like, int count)
    {
        await using var source = await OpenAsync(dataFolder);
        await using var command = source.CreateCommand("""
            create temporary table readers on commit drop as
                select n, nextval(pg_get_serial_sequence('customers', 'id')) as id, format('reader%s@example.test', n) as email
                from generate_series(1, $2) n;
            insert into customers select (jsonb_populate_record(c, jsonb_build_object('id', r.id, 'email', r.email))).*
                from customers c, readers r where c.email = $1;
            insert into users select (jsonb_populate_record(u, jsonb_build_object(
                    'id', nextval(pg_get_serial_sequence('users', 'id')), 'customer_id', r.id, 'email', r.email))).*
                from users u, readers r where u.email = $1;
            create temporary table copies on commit drop as
                select u.id as old, nextval(pg_get_serial_sequence('proxy_users', 'id')) as id, r.id as customer,
                    format('r%sx%s', r.n, row_number() over (partition by r.n order by u.id)) as name
                from proxy_users u join customers c on c.id = u.customer_id, readers r
                where c.email = $1 and u.deleted_at is null;
            insert into proxy_users select (jsonb_populate_record(u,
                    jsonb_build_object('id', p.id, 'customer_id', p.customer, 'name', p.name))).*
                from copies p join proxy_users u on u.id = p.old;
            insert into usage_daily select (jsonb_populate_record(d, jsonb_build_object('proxy_user_id', p.id))).*
                from copies p join usage_daily d on d.proxy_user_id = p.old;
            insert into usage_hourly select (jsonb_populate_record(h, jsonb_build_object('proxy_user_id', p.id))).*
                from copies p join usage_hourly h on h.proxy_user_id = p.old;
            """.Replace("$1", $"'{like}'", StringComparison.Ordinal)
                .Replace("$2", count.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Gives each of them a token with the scopes of proxy users, usage and locations.</summary>
    public static async Task<IReadOnlyList<string>> AddTokensAsync(string dataFolder)
    {
        await using var source = await OpenAsync(dataFolder);
        var tokens = new List<string>();
        var users = new List<long>();
        await using (var select = source.CreateCommand(
            "select id from users where email like 'reader%@example.test' order by id"))
        await using (var rows = await select.ExecuteReaderAsync())
            while (await rows.ReadAsync())
                users.Add(rows.GetInt64(0));
        foreach (long user in users)
        {
            string token = TokenText.Next();
            await using var insert = source.CreateCommand("""
                insert into api_tokens (kind, user_id, customer_id, name, prefix, token_hash, scopes)
                select 'personal', id, customer_id, 'Benchmark', $2, $3, $4 from users where id = $1
                """);
            insert.Parameters.Add(new() { Value = user });
            insert.Parameters.Add(new() { Value = TokenText.PrefixOf(token) });
            insert.Parameters.Add(new() { Value = TokenText.HashOf(token) });
            insert.Parameters.Add(new()
            {
                Value = new[] { "proxy_users:read", "proxy_users:write", "usage:read", "locations:read" },
            });
            await insert.ExecuteNonQueryAsync();
            tokens.Add(token);
        }
        return tokens;
    }

    private static async Task<NpgsqlDataSource> OpenAsync(string dataFolder)
    {
        string pid = Directory.EnumerateFiles(dataFolder, "postmaster.pid", SearchOption.AllDirectories).Single();
        string socket = (await File.ReadAllLinesAsync(pid))[SocketLine - 1];
        return NpgsqlDataSource.Create($"Host={socket};Username=atlantic;Database=atlantic");
    }
}
