using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

/// <summary>Python's requests (with PySocks) and Node's fetch (undici with its ProxyAgent).</summary>
[TestClass]
public sealed class ScriptTests
{
    private const int Size = 200_000;

    [ClassInitialize]
    public static Task InstallAsync(TestContext _) => NodeClients.InstallAsync();

    [TestMethod]
    [DataRow("http", false)]
    [DataRow("http", true)]
    [DataRow("socks5h", false)]
    [DataRow("socks5h", true)]
    public async Task PythonRequests_ManyOnOneSession_GetTheBytes(string scheme, bool tls)
    {
        const int Times = 3;
        var result = await RunAsync("/usr/bin/python3", "fetch.py", SharedAppliance.Demo.ProxyFor(SharedAppliance.User, scheme),
            tls, ("TIMES", $"{Times}"));

        Assert.AreEqual(0, result.ExitCode, result.Errors);
        CollectionAssert.AreEqual(Enumerable.Repeat(OriginServer.Bytes(Size), Times).SelectMany(b => b).ToArray(), result.Output);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task NodeFetch_WithProxyAgent_GetsTheBytes(bool tls)
    {
        var result = await RunAsync("node", "fetch.mjs", SharedAppliance.Demo.ProxyFor(SharedAppliance.User), tls);

        Assert.AreEqual(0, result.ExitCode, result.Errors);
        CollectionAssert.AreEqual(OriginServer.Bytes(Size), result.Output);
    }

    private static Task<ToolResult> RunAsync(
        string program, string script, string proxy, bool tls, params (string, string)[] more)
    {
        var origin = SharedAppliance.Origin;
        var environment = new Dictionary<string, string?>
        {
            ["PROXY"] = proxy,
            ["TARGET"] = (tls ? origin.Https($"/bytes/{Size}") : origin.Http($"/bytes/{Size}")).ToString(),
            ["CA_FILE"] = origin.CertificateFile,
            ["NODE_EXTRA_CA_CERTS"] = origin.CertificateFile,
        };
        foreach (var (name, value) in more)
            environment[name] = value;
        return Tool.RunAsync(program, [Path.Combine(Checkout.Clients, script)], input: null, environment);
    }
}
