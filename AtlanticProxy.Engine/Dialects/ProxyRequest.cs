using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Dialects;

/// <summary>What a client wants done.</summary>
internal enum RequestKind
{
    /// <summary>Bytes both ways: CONNECT, SOCKS5, Shadowsocks.</summary>
    Tunnel,

    /// <summary>Datagrams both ways (SOCKS5 UDP ASSOCIATE); each says for itself where it goes.</summary>
    Datagrams,

    /// <summary>One HTTP request in absolute form, and its response.</summary>
    HttpForward,
}

/// <summary>One request, whatever dialect it came in. Immutable.</summary>
/// <param name="Destination">Where to; unspecified (<c>0.0.0.0:0</c>) for <see cref="RequestKind.Datagrams"/>.</param>
/// <param name="Credentials">Null when none were presented.</param>
/// <param name="Who">Set by dialects that must answer for the credentials before they may read the request (SOCKS5).</param>
/// <param name="Head">For <see cref="RequestKind.HttpForward"/>: the parsed head, whose bytes are at the start of the
/// connection's input.</param>
internal sealed record ProxyRequest(
    RequestKind Kind, Destination Destination, Credentials? Credentials, Authentication? Who = null, HttpHead? Head = null);
