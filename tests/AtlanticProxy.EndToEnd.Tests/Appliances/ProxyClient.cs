using System.Text;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>Speaks to the proxy with raw bytes, where a test must know each of them.</summary>
public static class ProxyClient
{
    public static string Authorization(ProxyCredentials? user) => user is null
        ? ""
        : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Username}:{user.Password}"))}\r\n";

    /// <summary>The head of the answer to a CONNECT, on a connection that is then closed.</summary>
    public static async Task<string> ConnectAsync(RunningAppliance appliance, ProxyCredentials? user, string authority)
    {
        using var client = await RawClient.ConnectAsync(appliance.Proxy);
        await client.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{Authorization(user)}\r\n");
        return await client.ReadHeadAsync();
    }

    /// <summary>An open tunnel.</summary>
    public static async Task<RawClient> OpenTunnelAsync(RunningAppliance appliance, ProxyCredentials user, string authority)
    {
        var client = await RawClient.ConnectAsync(appliance.Proxy);
        await client.SendAsync($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{Authorization(user)}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }
}
