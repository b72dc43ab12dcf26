using System.Net;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Networks that users have signed in from.</summary>
public sealed class KnownNetworks(AtlanticDb db, TimeProvider time)
{
    /// <summary>Longer than a holiday, and an address has changed hands by then.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public async Task<bool> HasAsync(long userId, IPNetwork network, CancellationToken cancellation) =>
        await db.ScalarAsync<bool>($"""
            select exists (select 1 from user_networks where user_id = {userId} and network = {network}
                and signed_in_at > {time.GetUtcNow() - Kept})
            """, cancellation);

    public Task AddAsync(long userId, IPNetwork network, CancellationToken cancellation) => db.ExecuteSqlAsync($"""
        insert into user_networks as known (user_id, network, signed_in_at) values ({userId}, {network}, {time.GetUtcNow()})
        on conflict (user_id, network) do update set signed_in_at = excluded.signed_in_at
        """, cancellation);
}
