using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Data;
using System.Globalization;
using System.Net;
using AtlanticProxy.ControlPlane.Networks;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Snapshot;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Snapshots;

/// <summary>
/// Reads what the engine serves from, whole or only what changed. Plain Npgsql: 100 000 rows take a fraction of a second.
/// </summary>
public sealed class SnapshotReader(NpgsqlDataSource database, SecretBox box)
{
    private const string Users = """
        select u.id, u.customer_id, u.name, u.enabled, c.state = 'suspended' or c.held_by_seller
                or c.seller_id is not null and seller_is_stopped(c.seller_id, now()),
            u.secret_kind = 'chosen', u.secret_hash, u.secret_salt,
               u.secret_iterations, u.max_connections, u.speed_bytes_per_second, nullif(u.allowed_sources, '{}'),
               c.plan_version_id, c.exit_generation + u.exit_generation, coalesce(own.id, shared.id), c.plan_ended
        from proxy_users u join customers c on c.id = u.customer_id
        left join quota_accounts own on own.proxy_user_id = u.id
        left join quota_accounts shared on shared.customer_id = u.customer_id and shared.proxy_user_id is null
        where u.deleted_at is null
        """;

    private const string ShadowsocksKeys = """
        select k.proxy_user_id, k.id, k.method, k.password_sealed, k.targeting
        from shadowsocks_keys k join proxy_users u on u.id = k.proxy_user_id
        where u.deleted_at is null
        """;

    private const string UserRules = """
        select u.id, u.kind, u.value from (
            select p.id, p.customer_id, r.kind, r.value
            from destination_rules r join proxy_users p on p.id = r.proxy_user_id where p.deleted_at is null
            union
            select p.id, p.customer_id, r.kind, r.value
            from destination_rules r join proxy_users p on p.customer_id = r.customer_id where p.deleted_at is null
            union
            select p.id, p.customer_id, r.kind, r.value
            from destination_rules r join customers c on c.plan_id = r.plan_id join proxy_users p on p.customer_id = c.id
            where p.deleted_at is null
        ) u where true
        """;

    private const string EverybodysRules = """
        select 0::bigint, kind, value from destination_rules where num_nonnulls(proxy_user_id, customer_id, plan_id) = 0
        """;

    private const string Members = "select id from customers where plan_id = any($1)";

    private const string ChangedSessions = """
        select s.proxy_user_id, s.session, s.generation
        from session_exit_changes s join proxy_users u on u.id = s.proxy_user_id
        where u.deleted_at is null
        """;

    /// <summary>Purpose of the key of sessions' names: another word would give every session another exit.</summary>
    private const string SessionNames = "session names";

    private static readonly IReadOnlyDictionary<string, int> NoSessions = ReadOnlyDictionary<string, int>.Empty;

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
        var sessions = await ReadSessionsAsync(new NpgsqlCommand(ChangedSessions, connection), cancellation);
        return EngineSnapshot.Build(new SnapshotDelta
        {
            Users = [.. await ReadUsersAsync(new NpgsqlCommand(Users, connection), new(keys, rules, sessions), cancellation)],
            Providers = await ReadProvidersAsync(connection, cancellation),
            Pools = await PlanRows.ReadPoolsAsync(connection, cancellation),
            Plans = await PlanRows.ReadRightsAsync(connection, cancellation),
            Rules = await ReadEverybodysRulesAsync(connection, cancellation),
            SessionKey = box.DeriveKey(SessionNames),
        });
    }

    internal async Task<SnapshotDelta> ReadAsync(SnapshotChanges changes, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var users = new List<ProxyUser>();
        if (changes.ProxyUsers.Count > 0)
            users.AddRange(await ReadUsersOfAsync(connection, "u.id", changes.ProxyUsers, cancellation));
        var removed = changes.ProxyUsers.Except(users.Select(user => user.Id)).ToImmutableArray();
        var customers = changes.Customers.Concat(await MembersAsync(connection, changes.PlanMembers, cancellation)).ToHashSet();
        if (customers.Count > 0)
            users.AddRange(await ReadUsersOfAsync(connection, "u.customer_id", customers, cancellation));

        return new SnapshotDelta
        {
            // One read for both reasons was read twice: the later reading counts.
            Users = [.. users.GroupBy(user => user.Id).Select(readings => readings.Last())],
            RemovedUsers = removed,
            Providers = changes.Providers ? await ReadProvidersAsync(connection, cancellation) : null,
            Pools = changes.Pools ? await PlanRows.ReadPoolsAsync(connection, cancellation) : null,
            Plans = changes.Plans ? await PlanRows.ReadRightsAsync(connection, cancellation) : null,
            Rules = changes.Rules ? await ReadEverybodysRulesAsync(connection, cancellation) : null,
            RefilledAccounts = [.. changes.QuotaAccounts],
        };
    }

    private async Task<List<ProxyUser>> ReadUsersOfAsync(
        NpgsqlConnection connection, string column, IEnumerable<long> ids, CancellationToken cancellation)
    {
        NpgsqlCommand Of(string rows) =>
            new($"{rows} and {column} = any($1)", connection) { Parameters = { new() { Value = ids.ToArray() } } };
        var keys = await ReadKeysAsync(Of(ShadowsocksKeys), cancellation);
        var rules = await ReadRulesAsync(Of(UserRules), cancellation);
        return await ReadUsersAsync(Of(Users), new(keys, rules, await ReadSessionsAsync(Of(ChangedSessions), cancellation)),
            cancellation);
    }

    private static async Task<List<long>> MembersAsync(
        NpgsqlConnection connection, HashSet<long> plans, CancellationToken cancellation)
    {
        var members = new List<long>();
        if (plans.Count == 0)
            return members;
        await using var command = new NpgsqlCommand(Members, connection) { Parameters = { new() { Value = plans.ToArray() } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            members.Add(row.GetInt64(0));
        return members;
    }

    private static async Task<DestinationRules> ReadEverybodysRulesAsync(
        NpgsqlConnection connection, CancellationToken cancellation) =>
        (await ReadRulesAsync(new NpgsqlCommand(EverybodysRules, connection), cancellation)).Values.SingleOrDefault(
            DestinationRules.None);

    /// <summary>Destination rules by proxy user. Those with the same rules, of a plan say, share them.</summary>
    private static async Task<Dictionary<long, DestinationRules>> ReadRulesAsync(
        NpgsqlCommand command, CancellationToken cancellation)
    {
        var rules = new List<(long User, string Kind, string Value)>();
        await using (command)
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                rules.Add((row.GetInt64(0), row.GetString(1), row.GetString(2)));
        var made = new Dictionary<string, DestinationRules>(StringComparer.Ordinal);
        return rules.GroupBy(rule => rule.User).ToDictionary(of => of.Key, of =>
        {
            string same = string.Join('\n', of.Select(rule => $"{rule.Kind} {rule.Value}").Order(StringComparer.Ordinal));
            return made.TryGetValue(same, out var known)
                ? known
                : made[same] = RulesOf(of.Select(rule => (rule.Kind, rule.Value)));
        });
    }

    private static DestinationRules RulesOf(IEnumerable<(string Kind, string Value)> rules)
    {
        var values = rules.ToLookup(rule => rule.Kind, rule => rule.Value);
        return new DestinationRules(
            values["port"].Select(port => int.Parse(port, NumberStyles.None, CultureInfo.InvariantCulture)), values["domain"],
            values["suffix"], values["category"],
            values["network"].Select(network => NetworkText.Parse(network)!.Value)); // the column's constraint
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

    /// <summary>Generations of sessions by proxy user: few users have any.</summary>
    private static async Task<Dictionary<long, IReadOnlyDictionary<string, int>>> ReadSessionsAsync(
        NpgsqlCommand command, CancellationToken cancellation)
    {
        var sessions = new List<(long User, string Session, int Generation)>();
        await using (command)
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                sessions.Add((row.GetInt64(0), row.GetString(1), row.GetInt32(2)));
        return sessions.GroupBy(change => change.User).ToDictionary(
            of => of.Key, IReadOnlyDictionary<string, int> (of) =>
            of.ToDictionary(change => change.Session, change => change.Generation));
    }

    private async Task<List<ProxyUser>> ReadUsersAsync(NpgsqlCommand command, UserParts parts, CancellationToken cancellation)
    {
        var users = new List<ProxyUser>();
        await using (command)
        await using (var row = await command.ExecuteReaderAsync(cancellation))
            while (await row.ReadAsync(cancellation))
                users.Add(User(row, parts));
        Interlocked.Add(ref _rowsRead, users.Count);
        return users;
    }

    private static ProxyUser User(NpgsqlDataReader row, UserParts parts)
    {
        long id = row.GetInt64(0);
        byte[] hash = row.GetFieldValue<byte[]>(6);
        bool suspended = row.GetBoolean(4), chosen = row.GetBoolean(5);
        int? maxConnections = row.IsDBNull(9) ? null : row.GetInt32(9);
        long? speed = row.IsDBNull(10) ? null : row.GetInt64(10);
        return new ProxyUser
        {
            Id = id,
            CustomerId = row.GetInt64(1),
            Name = row.GetString(2),
            State = suspended ? ProxyUserState.CustomerSuspended
                : !row.GetBoolean(3) ? ProxyUserState.Disabled
                : row.GetBoolean(15) ? ProxyUserState.PlanEnded : ProxyUserState.Active,
            Secret = chosen
                ? new ChosenSecretVerifier(row.GetFieldValue<byte[]>(7), row.GetInt32(8), hash)
                : new GeneratedSecretVerifier(hash),
            Limits = maxConnections is null && speed is null
                ? UseLimits.None
                : new UseLimits { MaxConnections = maxConnections, SpeedUp = speed, SpeedDown = speed },
            Rules = parts.Rules.GetValueOrDefault(id, DestinationRules.None),
            ShadowsocksKeys = parts.Keys.Count > 0 ? [.. parts.Keys[id]] : [],
            AllowedSources = row.IsDBNull(11)
                ? []
                : row.GetFieldValue<IPNetwork[]>(11), // most have none, and an array is slow to read
            PlanId = row.IsDBNull(12) ? null : row.GetInt64(12),
            Generation = row.GetInt64(13),
            QuotaAccountId = row.IsDBNull(14) ? null : row.GetInt64(14),
            SessionGenerations = parts.Sessions.GetValueOrDefault(id, NoSessions),
        };
    }

    private async Task<ImmutableArray<Provider>> ReadProvidersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var providers = await ProviderRows.ReadAsync(connection, box, cancellation);
        Interlocked.Add(ref _rowsRead, providers.Length);
        return providers;
    }

    /// <summary>What few proxy users have, by proxy user.</summary>
    private sealed record UserParts(
        ILookup<long, ShadowsocksKey> Keys, Dictionary<long, DestinationRules> Rules,
        Dictionary<long, IReadOnlyDictionary<string, int>> Sessions);
}
