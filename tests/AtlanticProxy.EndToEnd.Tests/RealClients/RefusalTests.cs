using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

/// <summary>Real clients understand why they are refused.</summary>
[TestClass]
public sealed class RefusalTests
{
    // Node's own client, which takes bytes behind an answer to HEAD for a broken answer; twice over the same connection.
    private const string HeadTwice = """
        const http = require('http');
        const [host, port] = process.env.PROXY.split(':');
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const ask = times => http.request({ host, port, agent, method: 'HEAD', path: 'http://127.0.0.1:1/' }, response => {
            response.resume().on('end', () => {
                console.log(response.statusCode);
                if (times > 1) setImmediate(ask, times - 1); else agent.destroy();
            });
        }).on('error', error => { console.log(error.code); process.exit(1); }).end();
        ask(2);
        """;

    [TestMethod]
    public async Task NodeHttp_WhoseHeadIsRefused_SeesTheStatus()
    {
        var environment = new Dictionary<string, string?> { ["PROXY"] = SharedAppliance.Demo.Ready.Proxy };
        var result = await Tool.RunAsync("node", ["-e", HeadTwice], input: null, environment);
        Assert.AreEqual("407\n407\n", System.Text.Encoding.ASCII.GetString(result.Output), result.Errors);
    }
}
