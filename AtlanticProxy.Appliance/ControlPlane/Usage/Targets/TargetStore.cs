using AtlanticProxy.ControlPlane.Partitions;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Usage.Targets;

/// <summary>
/// Merges sketches into the rows of their day, at most <see cref="HostsOfDay"/> a proxy user, from any number of nodes.
/// </summary>
internal sealed class TargetStore(NpgsqlDataSource database)
{
    /// <summary>
    /// Hosts kept of a proxy user's day. 100: what a person looks through; a host with more than 2 % of the day's bytes is surely
    /// among them.
    /// </summary>
    public const int HostsOfDay = 100;

    /// <summary>Sketches of one transaction: at most 20 000 hosts.</summary>
    private const int PagesAtATime = 100;

    /// <summary>
    /// Merging as in "Mergeable summaries" (Agarwal et al. 2012): a host that is in one of the two only may have had, in the
    /// other, as much as the least that is kept there when it is full. Writers take turns, for which rows stay depends on all of
    /// them.
    /// </summary>
    private const string Merge = """
        with incoming as (
            select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                $7::bigint[])
                as i (proxy_user_id, day, host, bytes, error, connections, missed)
        ), page as (
            select distinct proxy_user_id, day, missed from incoming
        ), kept as (
            select t.* from usage_targets t join page using (proxy_user_id, day)
        ), floor as (
            select proxy_user_id, day, min(bytes + error) as bytes from kept group by 1, 2 having count(*) >= $8
        ), merged as (
            select proxy_user_id, day, host, coalesce(k.bytes, 0) + coalesce(i.bytes, 0) as bytes,
                coalesce(k.error, f.bytes, 0) + coalesce(i.error, p.missed) as error,
                coalesce(k.connections, 0) + coalesce(i.connections, 0) as connections
            from kept k full join incoming i using (proxy_user_id, day, host)
                join page p using (proxy_user_id, day) left join floor f using (proxy_user_id, day)
        ), ranked as (
            select *, row_number() over (partition by proxy_user_id, day order by bytes + error desc, host) as place from merged
        ), dropped as (
            delete from usage_targets t using ranked r
            where r.place > $8 and t.proxy_user_id = r.proxy_user_id and t.day = r.day and t.host = r.host
        )
        insert into usage_targets as t (proxy_user_id, day, host, bytes, error, connections)
        select proxy_user_id, day, host, bytes, error, connections from ranked where place <= $8
        on conflict (proxy_user_id, day, host) do update set bytes = excluded.bytes, error = excluded.error,
            connections = excluded.connections
            where (t.bytes, t.error, t.connections) <> (excluded.bytes, excluded.error, excluded.connections)
        """;

    /// <summary>
    /// Writes all of them and takes them out of the queue; after an exception, those that are left in it have not been written,
    /// or perhaps the first of them have.
    /// </summary>
    public async Task WriteAsync(Queue<TargetPage> pages, CancellationToken cancellation)
    {
        if (pages.Count == 0)
            return;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        while (pages.Count > 0)
        {
            var some = pages.Take(PagesAtATime).ToList();
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtext('usage_targets'))", cancellation);
            foreach (var day in some.Select(page => page.Day).Distinct())
                await PartitionKeeping.EnsureAsync(connection, [PartitionedTable.Targets], day, day, cancellation);
            await MergeAsync(connection, some, cancellation);
            await transaction.CommitAsync(cancellation);
            for (int i = 0; i < some.Count; i++)
                pages.Dequeue();
        }
    }

    private static Task MergeAsync(NpgsqlConnection connection, IReadOnlyList<TargetPage> pages, CancellationToken cancellation)
    {
        var hosts = pages.SelectMany(page => page.Sketch.Hosts.Select(host => (Page: page, Name: host.Key, Count: host.Value)))
            .ToList();
        return ExecuteAsync(connection, Merge, cancellation,
            hosts.Select(host => host.Page.ProxyUserId).ToArray(), hosts.Select(host => host.Page.Day).ToArray(),
            hosts.Select(host => host.Name).ToArray(),
            hosts.Select(host => host.Count.Bytes).ToArray(), hosts.Select(host => host.Count.Error).ToArray(),
            hosts.Select(host => host.Count.Connections).ToArray(),
            hosts.Select(host => host.Page.Sketch.Missed).ToArray(), HostsOfDay);
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (object parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
