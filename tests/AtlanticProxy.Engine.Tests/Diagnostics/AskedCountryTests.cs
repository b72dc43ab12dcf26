using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Diagnostics;

/// <summary>The connection log has the country that was asked for, whatever became of the request.</summary>
[TestClass]
public sealed class AskedCountryTests
{
    [TestMethod]
    public async Task Refusals_OfOneConnection_EachHaveTheirOwnCountry()
    {
        var log = new RecordingConnectionLog();
        await using var engine = EngineUnderTest.Start(connections: log);
        foreach (string name in (string[])["alice-country-de", "alice-countri-fr", "alice"])
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync($"CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader(name)}\r\n");
            StringAssert.Contains(await client.ReadHeadAsync(), "Proxy-Status: ");
        }
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);

        Assert.HasCount(3, log.Records);
        Assert.AreEqual("", string.Concat(log.Records.Select(record => record.ConnectMs)), "no exit was reached");
        Assert.AreEqual("de", string.Concat(log.Records.Select(record => record.Country)));
        Assert.AreEqual(ConnectionOutcome.UnknownTarget, log.Records[1].Outcome);
    }
}
