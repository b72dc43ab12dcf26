namespace AtlanticProxy.Benchmarks.Peers;

/// <summary>HAProxy that only forwards TCP to the stub: no parsing, no authentication. The floor of work for a proxy.</summary>
internal sealed class HaproxyL4(string folder) : Peer("haproxy-l4", folder)
{
    protected override async Task<string[]> PrepareAsync(int stubPort)
    {
        Version = await DebianVersionAsync("haproxy");
        string configuration = Write("haproxy.cfg", $"""
            global
                nbthread 1
                maxconn 9000
            defaults
                mode tcp
                timeout connect 10s
                timeout client 10m
                timeout server 10m
            listen bench
                bind {Loopback}:{Port} backlog 4096
                server stub {Loopback}:{stubPort}

            """);
        return ["haproxy", "-db", "-f", configuration];
    }
}
