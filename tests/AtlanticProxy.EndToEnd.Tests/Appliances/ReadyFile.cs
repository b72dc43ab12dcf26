namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>What the appliance writes when it is ready. Without demo data it names no one.</summary>
public sealed record ReadyFile(
    string Portal, string? PortalHttps, string Proxy, string? ProxyTls, string? Shadowsocks, PortalLogin? Admin,
    PortalLogin? Customer, ProxyCredentials? ProxyUser, string Data, int Pid);

public sealed record PortalLogin(string Email, string Password);

public sealed record ProxyCredentials(string Username, string Password);
