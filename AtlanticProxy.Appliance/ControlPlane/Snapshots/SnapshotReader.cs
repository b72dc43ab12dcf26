using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using System.Net;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Snapshot;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>Reads what the engine serves from, whole or only what changed. Plain Npgsql: 100 000 rows take a fraction of a second.</summary>
public sealed class SnapshotReader(NpgsqlDataSource database, SecretBox box)
{
    private const string Users = """
        select u.id, u.customer_id, u.name, u.enabled, c.state = 'suspended', u.secret_kind = 'chosen', u.secret_hash, u.secret_salt,
               u.secret_iterations, u.max_connections, u.speed_bytes_per_second, nullif(u.allowed_sources, '{}')
        from proxy_users u join customers c on c.id = u.customer_id
        where u.deleted_at is null
        """;

    private const string ShadowsocksKeys = """
        select k.proxy_user_id, k.id, k.method, k.password_sealed, k.targeting
        from shadowsocks_keys k join proxy_users u on u.id = k.proxy_user_id
        where u.deleted_at is null
        """;

    private const string UserRules = """
        select r.proxy_user_id, r.kind, r.value
        from destination_rules r join proxy_users u on u.id = r.proxy_user_id
        where u.deleted_at is null
        """;

    private const string EverybodysRules = "select 0::bigint, kind, value from destination_rules where proxy_user_id is null";

    private const string EnabledProviders = """
        select id, name, protocol, host, port, username_template, password_sealed, priority, weight
        from providers where enabled and deleted_at is null order by id
        """;

    private long _rowsRead;

    /// <summary>Rows read so far, by all readings together: shows that a change reads only itself.</summary>
    internal long RowsRead => Interlocked.Read(ref _rowsRead);

    /// <summary>Everything, as of one instant.</summary>
    public async Task<EngineSnapshot> ReadAllAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // One instant for users and providers together.
        await using var instant = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var keys = await ReadKeysAsync(new NpgsqlCommand(ShadowsocksKeys, connection), cancellation);
        var rules = await ReadRulesAsync(new NpgsqlCommand(UserRules, connection), cancellation);
        var users = await ReadUsersAsync(new NpgsqlCommand(Users, connection), keys, rules, cancellation);
        var providers = await ReadProvidersAsync(connection, cancellation);
        return EngineSnapshot.Build(users, providers, await ReadEverybodysRulesAsync(connection, cancellation));
    }

    internal async Task<SnapshotDelta> ReadAsync(SnapshotChanges changes, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var users = new List<ProxyUser>();
        if (changes.ProxyUsers.Count > 0)
            users.AddRange(await ReadUsersOfAsync(connection, "u.id", changes.ProxyUsers, cancellation));
        var removed = changes.ProxyUsers.Except(users.Select(user => user.Id)).ToImmutableArray();
        if (changes.Customers.Count > 0)
            users.AddRange(await ReadUsersOfAsync(connection, "u.customer_id", changes.Customers, cancellation));

        return new SnapshotDelta
        {
            // One read for both reasons was read twice: the later reading counts.
            Users = [.. users.GroupBy(user => user.Id).Select(readings => readings.Last())],
            RemovedUsers = removed,
            Providers = changes.Providers ? await ReadProvidersAsync(connection, cancellation) : null,
            Rules = changes.Rules ? await ReadEverybodysRulesAsync(connection, cancellation) : null,
        };
    }

    private async Task<List<ProxyUser>> ReadUsersOfAsync(NpgsqlConnection connection, string column, IEnumerable<long> ids, CancellationToken cancellation)
    {
        NpgsqlCommand Of(string rows) => new($"{rows} and {column} = any($1)", connection) { Parameters = { new() { Value = ids.ToArray() } } };
        var keys = await ReadKeysAsync(Of(ShadowsocksKeys), cancellation);
        return await ReadUsersAsync(Of(Users), keys, await ReadRulesAsync(Of(UserRules), cancellation), cancellation);
    }

    private static async Task<DestinationRules> ReadEverybodysRulesAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await ReadRulesAsync(new NpgsqlCommand(EverybodysRules, connection), cancellation)).Values.SingleOrDefault(DestinationRules.None);

    /// <summary>Destination rules by proxy user: few users have any.</summary>
    private static async Task<Dictionary<long, DestinationRules>> ReadRulesAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var rules = new List<(long User, string Kind, string Value)>();
        await using (command)
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                rules.Add((row.GetInt64(0), row.GetString(1), row.GetString(2)));
        return rules.GroupBy(rule => rule.User).ToDictionary(of => of.Key, of =>
        {
            var values = of.ToLookup(rule => rule.Kind, rule => rule.Value);
            return new DestinationRules(
                values["port"].Select(port => int.Parse(port, NumberStyles.None, CultureInfo.InvariantCulture)), values["domain"], values["suffix"], values["category"]);
        });
    }

    /// <summary>Shadowsocks keys by proxy user: few users have any.</summary>
    private async Task<ILookup<long, ShadowsocksKey>> ReadKeysAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var keys = new List<(long User, ShadowsocksKey Key)>();
        await using (command)
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
            {
                long id = row.GetInt64(1);
                keys.Add((row.GetInt64(0), ShadowsocksKey.FromPassword(
                    id, ShadowsocksMethods.Find(row.GetString(2))!.Value, // the column's constraint
                    box.Open(row.GetFieldValue<byte[]>(3), SecretPlace.ShadowsocksPassword(id)), row.GetString(4))));
            }
        return keys.ToLookup(pair => pair.User, pair => pair.Key);
    }

    private async Task<List<ProxyUser>> ReadUsersAsync(NpgsqlCommand command, ILookup<long, ShadowsocksKey> keys, Dictionary<long, DestinationRules> rules, CancellationToken cancellation)
    {
        var users = new List<ProxyUser>();
        await using (command)
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                users.Add(User(row, keys, rules));
        Interlocked.Add(ref _rowsRead, users.Count);
        return users;
    }

    private static ProxyUser User(NpgsqlDataReader row, ILookup<long, ShadowsocksKey> keys, Dictionary<long, DestinationRules> rules)
    {
        byte[] hash = row.GetFieldValue<byte[]>(6);
        bool suspended = row.GetBoolean(4), chosen = row.GetBoolean(5);
        int? maxConnections = row.IsDBNull(9) ? null : row.GetInt32(9);
        long? speed = row.IsDBNull(10) ? null : row.GetInt64(10);
        return new ProxyUser
        {
            Id = row.GetInt64(0),
            CustomerId = row.GetInt64(1),
            Name = row.GetString(2),
            State = suspended ? ProxyUserState.CustomerSuspended : row.GetBoolean(3) ? ProxyUserState.Active : ProxyUserState.Disabled,
            Secret = chosen
                ? new ChosenSecretVerifier(row.GetFieldValue<byte[]>(7), row.GetInt32(8), hash)
                : new GeneratedSecretVerifier(hash),
            Limits = maxConnections is null && speed is null ? ProxyUserLimits.None : new ProxyUserLimits(maxConnections, speed),
            Rules = rules.GetValueOrDefault(row.GetInt64(0), DestinationRules.None),
            ShadowsocksKeys = keys.Count > 0 ? [.. keys[row.GetInt64(0)]] : [],
            AllowedSources = row.IsDBNull(11) ? [] : row.GetFieldValue<IPNetwork[]>(11), // most have none, and an array is slow to read
        };
    }

    private async Task<ImmutableArray<Provider>> ReadProvidersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var providers = ImmutableArray.CreateBuilder<Provider>();
        await using var command = new NpgsqlCommand(EnabledProviders, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            long id = row.GetInt64(0);
            providers.Add(new Provider
            {
                Id = id,
                Name = row.GetString(1),
                Protocol = Enum.Parse<UpstreamProtocol>(row.GetString(2), ignoreCase: true),
                Host = row.GetString(3),
                Port = row.GetInt32(4),
                UsernameTemplate = row.GetString(5),
                Password = row.IsDBNull(6) ? "" : box.Open(row.GetFieldValue<byte[]>(6), SecretPlace.ProviderPassword(id)),
                Priority = row.GetInt32(7),
                Weight = row.GetInt32(8),
            });
        }
        Interlocked.Add(ref _rowsRead, providers.Count);
        return providers.DrainToImmutable();
    }
}
