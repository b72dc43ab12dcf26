using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;

namespace AtlanticProxy.ControlPlane.ApiTokens;

public enum IdempotencyState
{
    /// <summary>The first with this key: do it.</summary>
    New,

    /// <summary>It was done: answer the same.</summary>
    Done,

    /// <summary>Another one with the key began, and has not ended, or its end was lost with its node.</summary>
    Begun,

    /// <summary>The key was used for another request.</summary>
    Differs,
}

/// <summary>Remembers requests with an Idempotency-Key and what was answered, for a day.</summary>
public sealed class IdempotencyBook(AtlanticDb db, SecretBox box, TimeProvider time)
{
    public const int MaxKeyLength = 255;

    /// <summary>Contracts: kept 24 hours.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Begins a request, unless one with the key did. The answer is there where it is done.</summary>
    /// <param name="hash">Of all that the request says.</param>
    public async Task<(IdempotencyState State, string? Answer)> BeginAsync(
        long tokenId, string key, byte[] hash, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        int begun = await db.ExecuteSqlAsync($"""
            insert into idempotent_requests as present (token_id, key, request_hash, begun_at)
            values ({tokenId}, {key}, {hash}, {now})
            on conflict (token_id, key) do update set request_hash = excluded.request_hash, begun_at = excluded.begun_at,
                answer_sealed = null
            where present.begun_at <= {now - Kept}
            """, cancellation);
        if (begun > 0)
            return (IdempotencyState.New, null);
        var rows = await db.QueryAsync<Row>($"""
            select request_hash, answer_sealed from idempotent_requests where token_id = {tokenId} and key = {key}
            """, cancellation);
        return rows switch
        {
            [var row] when !row.RequestHash.AsSpan().SequenceEqual(hash) => (IdempotencyState.Differs, null),
            [{ AnswerSealed: { } answer }] => (IdempotencyState.Done, box.Open(answer, PlaceOf(tokenId, key))),
            _ => (IdempotencyState.Begun, null), // without a row: the other one has just failed
        };
    }

    /// <summary>Keeps what was answered: sealed, since it may have a secret in it.</summary>
    public Task FinishAsync(long tokenId, string key, string answer, CancellationToken cancellation) =>
        db.ExecuteSqlAsync($"""
            update idempotent_requests set answer_sealed = {box.Seal(answer, PlaceOf(tokenId, key))}
            where token_id = {tokenId} and key = {key}
            """, cancellation);

    /// <summary>Nothing was done: the key is free for another try.</summary>
    public Task ForgetAsync(long tokenId, string key, CancellationToken cancellation) => db.ExecuteSqlAsync(
        $"delete from idempotent_requests where token_id = {tokenId} and key = {key} and answer_sealed is null", cancellation);

    private static SecretPlace PlaceOf(long tokenId, string key) => SecretPlace.IdempotentAnswer(tokenId, key);

    private sealed record Row(byte[] RequestHash, byte[]? AnswerSealed);
}
