using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Ledger;

/// <summary>One side of a transaction.</summary>
/// <param name="CustomerId">Of wallets and deposits; null of the reseller's own accounts.</param>
/// <param name="Amount">Minor units, not zero.</param>
internal sealed record LedgerLine(AccountKind Account, long? CustomerId, long Amount);

/// <summary>A transaction to write.</summary>
/// <param name="Key">Unique to the request that wants it; what is written under it is written once.</param>
/// <param name="Lines">Sum to zero. The balance of the first one's account is answered.</param>
/// <param name="WithinBalance">Refuse what a wallet or deposit has not got; else it may end below zero.</param>
internal sealed record LedgerPosting(
    TransactionKind Kind, string Key, string Memo, string Currency, IReadOnlyList<LedgerLine> Lines, bool WithinBalance = true)
{
    /// <summary>SHA-256 of all that is asked, the key apart.</summary>
    public byte[] Hash()
    {
        var text = new StringBuilder();
        foreach (string part in new[] { Kind.ToString(), Memo, Currency, WithinBalance ? "within" : "beyond" }
            .Concat(Lines.SelectMany(line => new[]
            {
                line.Account.ToString(), line.CustomerId?.ToString(CultureInfo.InvariantCulture) ?? "",
                line.Amount.ToString(CultureInfo.InvariantCulture),
            })))
            text.Append(CultureInfo.InvariantCulture,
                $"{part.Length}:{part}"); // the length, so that no two lists of parts read alike
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

/// <summary>What was written, now or by an earlier sending of the same request.</summary>
/// <param name="Balance">Of the first line's account, right after it.</param>
/// <param name="Replayed">It had been written before.</param>
internal sealed record LedgerPosted(long TransactionId, long Balance, bool Replayed);

/// <summary>
/// Writes transactions: one statement each, within the caller's transaction where it has begun one (which a refusal then ends).
/// </summary>
internal sealed class LedgerBook(AtlanticDb db, TimeProvider time)
{
    /// <summary>Of <c>ledger_post</c>.</summary>
    private const string KeyReused = "AL001", NotEnough = "AL002";

    internal static readonly Error KeyReusedError = new(
        ErrorKind.Conflict, "ledger.key_reused", "This idempotency key was used for another request: use a new key for each.",
        "Key");

    internal static readonly Error NotEnoughError = new(ErrorKind.Conflict, "ledger.not_enough",
        "The wallet has not got that much to spend.");

    public async Task<Result<LedgerPosted>> PostAsync(LedgerPosting posting, CancellationToken cancellation)
    {
        string kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(posting.Kind.ToString());
        byte[] hash = posting.Hash();
        var at = time.GetUtcNow();
        string[] accounts =
            [.. posting.Lines.Select(line => JsonNamingPolicy.SnakeCaseLower.ConvertName(line.Account.ToString()))];
        long?[] customers = [.. posting.Lines.Select(line => line.CustomerId)];
        long[] amounts = [.. posting.Lines.Select(line => line.Amount)];
        try
        {
            var posted = await db.QueryAsync<LedgerPosted>($"""
                select transaction_id, balance, replayed from ledger_post({posting.Key}, {hash}, {kind}, {posting.Memo}, {at},
                    {posting.Currency}, {accounts}, {customers}, {amounts}, {posting.WithinBalance})
                """, cancellation);
            return posted.Single();
        }
        catch (PostgresException refusal) when (refusal.SqlState is KeyReused or NotEnough)
        {
            return refusal.SqlState == KeyReused ? KeyReusedError : NotEnoughError;
        }
    }
}
