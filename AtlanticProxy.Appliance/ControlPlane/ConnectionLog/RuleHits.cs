using System.Collections.Frozen;
using AtlanticProxy.ControlPlane.Networks;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using Npgsql;

namespace AtlanticProxy.ControlPlane.ConnectionLog;

/// <summary>How often a rule refused a proxy user on one day (UTC), as the engine names the rule.</summary>
internal readonly record struct RuleHits(long ProxyUserId, DateOnly Day, string Kind, string Value, long Hits)
{
    /// <summary>What the reason of a refusal by a rule begins with: then come the kind and the value.</summary>
    private const string Begin = "rule: ";

    private const string Category = "category", Network = "network";

    private static readonly FrozenSet<string> Kinds =
        new[] { "port", "domain", "suffix", Network, Category }.ToFrozenSet(StringComparer.Ordinal);

    // Everybody's rules are asked first, as the engine does.
    private const string AddUp = """
        insert into destination_rule_hits as h (rule_id, day, hits)
        select r.id, n.day, sum(n.hits)::bigint
        from unnest($1::bigint[], $2::date[], $3::text[], $4::text[], $5::bigint[]) n (proxy_user_id, day, kind, value, hits)
        join proxy_users u on u.id = n.proxy_user_id join customers c on c.id = u.customer_id
        cross join lateral (
            select id from destination_rules r
            where r.kind = n.kind and r.value = n.value and coalesce(r.proxy_user_id, u.id) = u.id
                and coalesce(r.customer_id, c.id) = c.id and (r.plan_id is null or r.plan_id = c.plan_id)
            order by num_nonnulls(r.proxy_user_id, r.customer_id, r.plan_id), r.id limit 1) r
        group by r.id, n.day order by r.id, n.day
        on conflict (rule_id, day) do update set hits = h.hits + excluded.hits
        """;

    /// <summary>Those of <paramref name="records"/> that a rule refused.</summary>
    public static IReadOnlyList<RuleHits> Of(IEnumerable<ConnectionRecord> records) =>
    [
        .. records.Where(record => record.Outcome == ConnectionOutcome.DestinationForbidden)
            .Select(record => (record.ProxyUserId, Day: DateOnly.FromDateTime(record.EndedAt.UtcDateTime),
                Rule: RuleOf(record.Detail)))
            .Where(each => each.Rule is not null)
            .GroupBy(each => each, (each, same) =>
                new RuleHits(each.ProxyUserId, each.Day, each.Rule!.Value.Kind, each.Rule.Value.Value, same.LongCount())),
    ];

    /// <summary>Adds them to those of the rules that there are.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, IReadOnlyList<RuleHits> hits, CancellationToken cancellation)
    {
        if (hits.Count == 0)
            return;
        await using var add = new NpgsqlCommand(AddUp, connection)
        {
            Parameters =
            {
                new() { Value = hits.Select(each => each.ProxyUserId).ToArray() },
                new() { Value = hits.Select(each => each.Day).ToArray() },
                new() { Value = hits.Select(each => each.Kind).ToArray() },
                new() { Value = hits.Select(each => each.Value).ToArray() },
                new() { Value = hits.Select(each => each.Hits).ToArray() },
            },
        };
        await add.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The rule in the reason of a refusal, as it is stored; null when it was none.</summary>
    public static (string Kind, string Value)? RuleOf(string? detail)
    {
        if (detail?.StartsWith(Begin, StringComparison.Ordinal) != true)
            return null;
        string[] words = detail[Begin.Length..].Split(' ', 2);
        if (words.Length < 2 || !Kinds.Contains(words[0]))
            return null;
        string value = words[0] switch
        {
            Category => words[1].Split(',')[0], // what was listed follows
            Network => NetworkText.Parse(words[1]) is { } network ? NetworkText.Of(network) : "",
            _ => words[1],
        };
        return (words[0], value);
    }
}
