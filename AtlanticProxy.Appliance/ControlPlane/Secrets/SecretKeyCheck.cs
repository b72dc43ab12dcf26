using System.Security.Cryptography;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Secrets;

/// <summary>The key file is unfit. The message says what to do.</summary>
public sealed class SecretKeyException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Tells at start whether the key file is the one that this database's secrets were sealed with. Without it a lost key file would
/// be replaced by a new one in silence, and come to light only when a secret is to be revealed.
/// </summary>
public sealed class SecretKeyCheck(NpgsqlDataSource database, SecretBox box)
{
    private const string Known = "atlantic";

    private static readonly SecretPlace Place = new("secret_key_check", "known_sealed", "true");

    /// <summary>The first time ever, notes the key; afterwards compares. The schema must be there.</summary>
    /// <exception cref="SecretKeyException">It is another key.</exception>
    public async Task VerifyAsync(CancellationToken cancellation)
    {
        await using var note =
            database.CreateCommand("insert into secret_key_check (known_sealed) values ($1) on conflict do nothing");
        note.Parameters.Add(new NpgsqlParameter { Value = box.Seal(Known, Place) });
        if (await note.ExecuteNonQueryAsync(cancellation) == 1)
            return;

        await using var read = database.CreateCommand("select known_sealed from secret_key_check");
        byte[] known = (byte[])(await read.ExecuteScalarAsync(cancellation))!;
        try
        {
            _ = box.Open(known, Place);
        }
        catch (CryptographicException e)
        {
            throw new SecretKeyException(
                "The key file is not the one that this database's secrets were sealed with: restore it from the same backup.", e);
        }
    }
}
