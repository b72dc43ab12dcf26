using AtlanticProxy.ControlPlane.Networks;

namespace AtlanticProxy.ControlPlane.Tests.Networks;

[TestClass]
public sealed class NetworkTextTests
{
    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7"), DataRow("203.0.113.7/32", "203.0.113.7"), DataRow("203.0.113.0/24", "203.0.113.0/24")]
    [DataRow("2001:DB8::7/128", "2001:db8::7"), DataRow("2001:db8::/32", "2001:db8::/32"), DataRow("0.0.0.0/0", "0.0.0.0/0")]
    [DataRow("::ffff:203.0.113.7", "203.0.113.7"), DataRow("::ffff:cb00:7100/120", "203.0.113.0/24")]
    [DataRow("::ffff:0:0/96", "0.0.0.0/0")]
    public void Parse_Network_IsWrittenInOneWay(string text, string written)
    {
        Assert.AreEqual(written, NetworkText.Of(NetworkText.Parse(text)!.Value));
        Assert.AreEqual(NetworkText.Parse(text), NetworkText.Parse(written));
    }

    [TestMethod]
    [DataRow(""), DataRow("1"), DataRow("203.0.113"), DataRow("203.0.113.7/24"), DataRow("203.0.113.0/33")]
    [DataRow("010.0.0.1"), DataRow("0x7f.0.0.1"), DataRow("fe80::1%eth0"), DataRow("[::1]"), DataRow("[::1]:80")]
    [DataRow("203.0.113.0/24/24"), DataRow("example.com"), DataRow("203.0.113.0/"), DataRow("203.0.113.0/-1")]
    public void Parse_NoNetwork_IsNull(string text) => Assert.IsNull(NetworkText.Parse(text));
}
