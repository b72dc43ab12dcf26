namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>
/// Proxy error types of RFC 9209 section 2.3: what <c>Proxy-Status</c> says of an ending. Those that something here ends with.
/// </summary>
internal static class ProxyErrors
{
    public const string
        DnsTimeout = "dns_timeout",
        DnsError = "dns_error",
        DestinationUnavailable = "destination_unavailable",
        DestinationIpProhibited = "destination_ip_prohibited",
        DestinationIpUnroutable = "destination_ip_unroutable",
        ConnectionRefused = "connection_refused",
        ConnectionTerminated = "connection_terminated",
        ConnectionTimeout = "connection_timeout",
        ConnectionWriteTimeout = "connection_write_timeout",
        ConnectionLimitReached = "connection_limit_reached",
        TlsProtocolError = "tls_protocol_error",
        TlsCertificateError = "tls_certificate_error",
        HttpRequestError = "http_request_error",
        HttpRequestDenied = "http_request_denied",
        HttpResponseHeaderSectionSize = "http_response_header_section_size",
        HttpResponseTimeout = "http_response_timeout",
        HttpUpgradeFailed = "http_upgrade_failed",
        HttpProtocolError = "http_protocol_error",
        ProxyInternalError = "proxy_internal_error",
        ProxyConfigurationError = "proxy_configuration_error";
}
