namespace AtlanticProxy.Host.Diagnosis;

/// <summary>Why a provider did not serve a request: what to do about it, and what the engine said.</summary>
internal static class ProviderFailures
{
    /// <summary>Types of RFC 9209 and codes of ours, the more telling first.</summary>
    private static readonly (string Sign, string Words)[] Known =
    [
        ("UpstreamRejectedUs", "It rejects the account: check username and password on its dashboard."),
        ("dns_error", "The endpoint's name has no address: check how it is written."),
        ("connection_refused", "Nothing listens at the endpoint: check host and port."),
        ("tls_", "Its TLS cannot be used: check whether the endpoint is http:// or https://."),
        ("http_protocol_error", "It does not answer as a proxy does: check port and protocol."),
        ("connection_limit_reached", "Its account is at its limit of connections."),
        ("UpstreamTimeout", "It did not answer in time: check the endpoint, and whether a firewall is between."),
        ("destination_ip_unroutable", "There is no way to the endpoint from this server."),
        ("DestinationForbidden", "The page to fetch is one that the proxy refuses."),
    ];

    public static string InWords(string failure)
    {
        string? words = Known.FirstOrDefault(known => failure.Contains(known.Sign, StringComparison.Ordinal)).Words;
        return words is null ? failure : $"{words} ({failure})";
    }
}
