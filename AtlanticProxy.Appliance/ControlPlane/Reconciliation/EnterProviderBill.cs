using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Reconciliation;

/// <summary>
/// Notes what a provider says that was bought of it on a day. The last word counts: another one for the same day replaces it.
/// </summary>
public sealed class EnterProviderBill(AtlanticDb db, TimeProvider time)
{
    /// <summary>Where a count is from, when nobody says.</summary>
    public const string ByHand = "by hand";

    private const int MaxSourceLength = 60;

    /// <param name="Day">UTC.</param>
    /// <param name="Bytes">Both directions.</param>
    /// <param name="Source">Where the count is from: the provider's dashboard, an invoice.</param>
    public sealed record Request(long ProviderId, DateOnly Day, long Bytes, string Source = ByHand);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        string source = request.Source.Trim();
        var validation = new Validation();
        validation.Require(request.Bytes >= 0, nameof(Request.Bytes), "bill.bytes_invalid", "Bytes are not negative.");
        validation.Require(request.Day > DateOnly.MinValue && request.Day <= DateOnly.FromDateTime(now.UtcDateTime),
            nameof(Request.Day), "bill.day_invalid",
            "Give a day (UTC) that has begun.");
        validation.Require(source.Length is > 0 and <= MaxSourceLength && !source.Any(char.IsControl), nameof(Request.Source),
            "bill.source_invalid",
            $"Say where the count is from in 1 to {MaxSourceLength} characters.");
        if (validation.Failed)
            return Result.Failure(validation.Errors);
        if (!await db.Providers.AnyAsync(p => p.Id == request.ProviderId, cancellation))
            return ProviderQueries.NoSuchProvider;

        await db.ExecuteSqlAsync($"""
            insert into provider_bills as b (provider_id, day, bytes, source, entered_at) values ({request.ProviderId},
                {request.Day}, {request.Bytes}, {source}, {now})
            on conflict (provider_id, day) do update set source = excluded.source, entered_at = excluded.entered_at,
                bytes = excluded.bytes,
                alarmed_at = case when b.bytes = excluded.bytes then b.alarmed_at end
            """, cancellation);
        return Result.Success;
    }
}
