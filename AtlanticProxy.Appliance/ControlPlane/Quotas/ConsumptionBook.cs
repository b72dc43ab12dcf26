using Npgsql;

namespace AtlanticProxy.ControlPlane.Quotas;

/// <summary>Counts usage against quotas and wallets, in the transaction that counts it for the reports.</summary>
internal static class ConsumptionBook
{
    /// <summary>Users without a quota cost one look at an index each.</summary>
    private const string Book = """
        select book_consumption($1, array_agg(proxy_user_id), array_agg(bytes))
        from (select proxy_user_id, sum(bytes_up + bytes_down)::bigint as bytes from usage_staging group by 1) staged
            having count(*) > 0
        """;

    /// <summary>Of all that the connection's <c>usage_staging</c> holds.</summary>
    /// <param name="node">Who signed the batches: its leases are what is consumed.</param>
    public static async Task AddStagedAsync(NpgsqlConnection connection, string node, CancellationToken cancellation)
    {
        await using var book = new NpgsqlCommand(Book, connection) { Parameters = { new() { Value = node } } };
        await book.ExecuteNonQueryAsync(cancellation);
    }
}
