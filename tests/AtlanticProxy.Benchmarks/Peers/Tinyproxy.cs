namespace AtlanticProxy.Benchmarks.Peers;

/// <summary>
/// Tinyproxy with Basic authentication and the stub as upstream. It closes after each plain request, and has a thread a
/// connection.
/// </summary>
internal sealed class Tinyproxy(string folder) : Peer("tinyproxy", folder)
{
    protected override async Task<string[]> PrepareAsync(int stubPort)
    {
        Version = await DebianVersionAsync("tinyproxy");
        string configuration = Write("tinyproxy.conf", $"""
            Port {Port}
            Listen {Loopback}
            Timeout 600
            MaxClients 9000
            LogLevel Critical
            LogFile "{Folder}/tinyproxy.log"
            DisableViaHeader Yes
            BasicAuth {Username} {Password}
            Upstream http {Loopback}:{stubPort}

            """);
        return ["tinyproxy", "-d", "-c", configuration];
    }
}
