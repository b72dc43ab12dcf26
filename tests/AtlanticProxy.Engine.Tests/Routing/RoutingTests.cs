using System.Text;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Tests.Routing;

[TestClass]
public sealed class RoutingTests
{
    [TestMethod]
    [DataRow("example.com:443", "example.com:443"), DataRow("EXAMPLE.com.:443", "example.com:443"),
        DataRow("1.2.3.4:80", "1.2.3.4:80")]
    [DataRow("[2001:DB8::1]:80", "[2001:db8::1]:80"), DataRow("[::ffff:1.2.3.4]:80", "1.2.3.4:80"),
        DataRow("0x01020304:80", "1.2.3.4:80")]
    public void ParseAuthority_Valid_IsNormalised(string text, string expected) =>
        Assert.AreEqual(expected, Destination.ParseAuthority(Encoding.ASCII.GetBytes(text), null)?.Authority);

    [TestMethod]
    [DataRow("example.com"), DataRow("/"), DataRow("http://h:80"), DataRow("h:0"), DataRow("h:70000"), DataRow("h:"),
        DataRow(":80"), DataRow("h:8a"), DataRow("h:+80")]
    [DataRow("::1:80"), DataRow("[::1:80"), DataRow("[1.2.3.4]:80"), DataRow("a b:80"), DataRow("a..b:80"),
        DataRow("[fe80::1%eth0]:80"), DataRow("a@b:80"), DataRow("[example.com]:80")]
    public void ParseAuthority_Invalid_IsNull(string text) =>
        Assert.IsNull(Destination.ParseAuthority(Encoding.ASCII.GetBytes(text), null));
}
