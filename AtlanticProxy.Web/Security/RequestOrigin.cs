using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Where a request comes from, for what only this machine and named networks may see. A proxy's own address says nothing about
/// whom it speaks for: a request that one has passed on is never this machine's, and if the proxy is not trusted, it is nobody's.
/// </summary>
public static class RequestOrigin
{
    /// <summary>What proxies add. One is enough: a stranger gains nothing by pretending to be forwarded.</summary>
    private static readonly string[] ProxyHeaders =
    [
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP",
        "True-Client-IP",
    ];

    private enum Path
    {
        /// <summary>No proxy has added anything.</summary>
        Direct,

        /// <summary>A trusted proxy has said who the client is.</summary>
        Forwarded,

        /// <summary>A proxy is in between, and the client is not known.</summary>
        Unknown,
    }

    /// <summary>Whether it was made on this machine, and not only passed on by a proxy on it.</summary>
    public static bool IsThisMachine(HttpContext context) =>
        PathOf(context) == Path.Direct && ClientOf(context) is { } client && IPAddress.IsLoopback(client);

    /// <summary>Whether it was made on this machine or comes from one of <paramref name="networks"/>.</summary>
    public static bool IsThisMachineOrIn(HttpContext context, IEnumerable<IPNetwork> networks) =>
        IsThisMachine(context)
        || (PathOf(context) != Path.Unknown && ClientOf(context) is { } client && !IPAddress.IsLoopback(client)
            && networks.Any(network => network.Contains(client)));

    /// <summary>
    /// Puts <paramref name="forwarding"/> into the pipeline, which replaces the proxy's address by its client's, and notes
    /// whether it did.
    /// </summary>
    internal static void UseRequestOrigin(this IApplicationBuilder app, Action<IApplicationBuilder> forwarding)
    {
        app.Use((context, next) =>
        {
            context.Features.Set(
                new Arrival(context.Connection.RemoteIpAddress, ProxyHeaders.Any(context.Request.Headers.ContainsKey)));
            return next(context);
        });
        forwarding(app);
        app.Use((context, next) =>
        {
            // Another object, even where the address is the same: then the proxy has named a client.
            var arrival = context.Features.GetRequiredFeature<Arrival>();
            arrival.Path = !ReferenceEquals(arrival.Peer, context.Connection.RemoteIpAddress) ? Path.Forwarded
                : arrival.HasProxyHeaders ? Path.Unknown : Path.Direct;
            return next(context);
        });
    }

    private static Path PathOf(HttpContext context) => context.Features.GetRequiredFeature<Arrival>().Path;

    /// <summary>As IPv4 where it is one.</summary>
    internal static IPAddress? ClientOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4()
            : context.Connection.RemoteIpAddress;

    private sealed class Arrival(IPAddress? peer, bool hasProxyHeaders)
    {
        public IPAddress? Peer => peer;

        public bool HasProxyHeaders => hasProxyHeaders;

        public Path Path { get; set; }
    }
}
