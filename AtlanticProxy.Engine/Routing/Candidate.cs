using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>One way to an exit: a provider, how it is reached, and who we say we are there. Immutable.</summary>
internal sealed class Candidate(Provider provider, ProviderState state)
{
    private byte[]? _authorization;

    public Provider Provider { get; } = provider;

    /// <summary>What this node knows of the provider.</summary>
    public ProviderState State { get; } = state;

    /// <summary>Where the upstream is; empty for a direct exit.</summary>
    public string Host { get; init; } = provider.Host;

    public int Port { get; init; } = provider.Port;

    /// <summary>Empty sends no credentials.</summary>
    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Country that the exit is to be in; empty for any.</summary>
    public string Country { get; init; } = "";

    /// <summary>The proxy of a provider's list; null for others.</summary>
    public ProviderExit? Exit { get; init; }

    /// <summary>
    /// Own addresses to go out from, by family, of a direct exit that has any: a family without one is not used then.
    /// </summary>
    public LocalAddresses? Local { get; init; }

    /// <summary>It is to be the exit of a session.</summary>
    public bool IsSticky { get; init; }

    /// <summary>
    /// Only a new connection has a new exit, and none is to be kept: through a SOCKS5 gateway without a session. An HTTP gateway
    /// chooses for each request by itself.
    /// </summary>
    public bool RotatesByConnection => Provider.Protocol == UpstreamProtocol.Socks5 && Exit is null && !IsSticky;

    /// <summary>
    /// The Proxy-Authorization line, with its CR LF; empty without credentials. Made once: a candidate may serve many requests.
    /// </summary>
    public ReadOnlySpan<byte> AuthorizationLine => _authorization ??= Username.Length == 0
        ? []
        : Encoding.ASCII.GetBytes(
            $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"))}\r\n");

    /// <summary>Where the upstream is, when its host is an address and not a name.</summary>
    public IPAddress[]? Literal => field ??= IPAddress.TryParse(Host, out var literal) ? [literal] : null;

    /// <summary>Without secrets, so that a stray log line cannot leak one.</summary>
    public override string ToString() => $"{Provider.Name} {Host}:{Port}";
}

/// <summary>Own addresses to go out from; null where the provider has none of that family.</summary>
internal sealed record LocalAddresses(IPAddress? V4, IPAddress? V6)
{
    public IPAddress? For(AddressFamily family) => family == AddressFamily.InterNetwork ? V4 : V6;
}
