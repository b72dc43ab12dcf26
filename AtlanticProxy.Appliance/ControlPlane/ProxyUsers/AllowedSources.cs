using System.Net;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>
/// Networks whose clients need no password belong to one proxy user each: nobody else says whose a connection is.
/// </summary>
internal static class AllowedSources
{
    /// <summary>
    /// Takes the networks for a proxy user, until the present transaction ends; an error when one is another's. Two requests at
    /// once take turns.
    /// </summary>
    public static async Task<Error?> TakeAllowedSourcesAsync(
        this AtlanticDb db, IPNetwork[] networks, long proxyUserId, CancellationToken cancellation)
    {
        if (networks.Length == 0)
            return null;
        await db.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('proxy_users.allowed_sources'))", cancellation);
        string? taken = await db.ScalarAsync<string?>($"""
            select text(source) from proxy_users u, unnest(u.allowed_sources) source
            where u.deleted_at is null and u.id <> {proxyUserId} and source = any({networks}) limit 1
            """, cancellation);
        return taken is null ? null : new Error(ErrorKind.Conflict, "proxy_user.source_taken",
            $"{taken} needs no password for another proxy user already: it could not be told whose its connections are.",
            nameof(ProxyUserLimits.AllowedSources));
    }
}
