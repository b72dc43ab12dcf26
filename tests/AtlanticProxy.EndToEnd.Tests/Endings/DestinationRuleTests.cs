using System.Globalization;
using System.Net.Sockets;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Endings;

/// <summary>A rule of the command line reaches a running appliance, and goes again.</summary>
[TestClass]
public sealed class DestinationRuleTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("alice")]
    public async Task Rule_AddedAndRemoved_IsKeptByTheRunningAppliance(string proxyUser)
    {
        string[] whose = proxyUser.Length == 0 ? [] : ["--proxy-user", proxyUser];
        var rule = await SharedAppliance.Demo.CliAsync(["rule", "add", "suffix", $"forbidden{proxyUser}.test", .. whose]);
        await Poll.UntilAsync(async () => (await AskAsync(proxyUser)).StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal));
        StringAssert.Contains(await AskAsync(proxyUser), "details=\"DestinationForbidden\"");

        await SharedAppliance.Demo.CliAsync(
            ["rule", "remove", rule.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture)]);
        await Poll.UntilAsync(async () => !(await AskAsync(proxyUser)).StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal));
    }

    /// <summary>The head of the answer; empty when a rule that has just come cuts the tunnel before it is read.</summary>
    private static async Task<string> AskAsync(string proxyUser)
    {
        try
        {
            return await ProxyClient.ConnectAsync(SharedAppliance.Demo, SharedAppliance.User,
                $"www.forbidden{proxyUser}.test:80");
        }
        catch (SocketException cut) when (cut.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "";
        }
    }
}
