using Npgsql;

namespace AtlanticProxy.ControlPlane.Secrets;

/// <summary>
/// Seals every secret of the database anew, with another key, in one transaction. Whoever holds the old key must not run
/// meanwhile: what it seals could not be opened afterwards.
/// </summary>
public static class RotateSecretKey
{
    /// <summary>Every sealed column: its table, and what of a row its place is made of.</summary>
    private static readonly (string Table, string Column, string Row)[] Sealed =
    [
        ("proxy_users", "secret_sealed", "id::text"),
        ("shadowsocks_keys", "password_sealed", "id::text"),
        ("providers", "password_sealed", "id::text"),
        ("provider_exits", "password_sealed", "provider_id::text || '/' || position::text"),
        ("gateways", "secrets_sealed", "id::text"),
        ("payment_methods", "token_sealed", "id::text"),
        ("users", "authenticator_key_sealed", "id::text"),
        ("data_protection_keys", "xml_sealed", "friendly_name"),
        ("mail_settings", "password_sealed", "only_row::text"),
        ("webhook_endpoints", "secret_sealed", "id::text"),
        ("alert_channels", "secret_sealed", "id::text"),
        ("idempotent_requests", "answer_sealed", "token_id::text || '/' || key"),
        ("import_files", "file_sealed", "import_id::text"),
        ("secret_key_check", "known_sealed", "'true'"),
    ];

    /// <returns>How many secrets were sealed anew.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One does not open with the old key; nothing was
    /// changed.</exception>
    public static async Task<int> RunAsync(
        NpgsqlDataSource database, SecretBox before, SecretBox after, CancellationToken cancellation)
    {
        int count = 0;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var (table, column, row) in Sealed)
        {
            var secrets = new List<(string Id, byte[] Box)>();
            await using (var read = new NpgsqlCommand(
                $"select ctid::text, {row}, {column} from {table} where length({column}) > 0 for update", connection))
            await using (var rows = await read.ExecuteReaderAsync(cancellation))
                while (await rows.ReadAsync(cancellation))
                {
                    var place = new SecretPlace(table, column, rows.GetString(1));
                    secrets.Add((rows.GetString(0), after.Seal(before.OpenBytes(rows.GetFieldValue<byte[]>(2), place), place)));
                }
            foreach (var (id, box) in secrets)
            {
                await using var write = new NpgsqlCommand($"update {table} set {column} = $1 where ctid = $2::tid", connection)
                {
                    Parameters = { new() { Value = box }, new() { Value = id } },
                };
                await write.ExecuteNonQueryAsync(cancellation);
            }
            count += secrets.Count;
        }
        await transaction.CommitAsync(cancellation);
        return count;
    }
}
