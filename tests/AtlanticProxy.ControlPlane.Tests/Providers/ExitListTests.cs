using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Tests.Providers;

[TestClass]
public sealed class ExitListTests
{
    [TestMethod]
    [DataRow("203.0.113.1:8000", "203.0.113.1", 8000, "", "", "", "")]
    [DataRow("203.0.113.1:8000:ann:s3cret", "203.0.113.1", 8000, "ann", "s3cret", "", "")]
    [DataRow("gw.Example.com:8000:ann:with:colons", "gw.example.com", 8000, "ann", "with:colons", "", "")]
    [DataRow("ann:s3cret:203.0.113.1:8000", "203.0.113.1", 8000, "ann", "s3cret", "", "")]
    [DataRow("ann:s3cret@203.0.113.1:8000", "203.0.113.1", 8000, "ann", "s3cret", "", "")]
    [DataRow("ann:at@sign@gw.example.com:8000", "gw.example.com", 8000, "ann", "at@sign", "", "")]
    [DataRow("ann:at%40%2Csign%3a@gw.example.com:8000", "gw.example.com", 8000, "ann", "at@,sign:", "", "")]
    [DataRow("http://ann%40corp:%C3%A9t%C3%A9@gw.example.com:8000,us", "gw.example.com", 8000, "ann@corp", "été", "us", "")]
    [DataRow("ann:100%@gw.example.com:8000", "gw.example.com", 8000, "ann", "100%", "", "")]
    [DataRow("203.0.113.1:8000:ann:as%40is", "203.0.113.1", 8000, "ann", "as%40is", "", "")]
    [DataRow("203.0.113.1:8000@ann:as%40is", "203.0.113.1", 8000, "ann", "as%40is", "", "")]
    [DataRow("203.0.113.1:8000@ann:s3cret", "203.0.113.1", 8000, "ann", "s3cret", "", "")]
    [DataRow("http://ann:s3cret@203.0.113.1:8000/", "203.0.113.1", 8000, "ann", "s3cret", "", "")]
    [DataRow("[2001:db8::1]:8000:ann:s3cret,US", "2001:db8::1", 8000, "ann", "s3cret", "us", "")]
    [DataRow("  203.0.113.1:8000:ann:s3cret, us , New York  # the good one", "203.0.113.1", 8000, "ann", "s3cret", "us",
        "newyork")]
    public void Parse_UsualOrders_AreUnderstood(
        string line, string host, int port, string user, string password, string country, string city)
    {
        var list = ExitList.Parse($"# bought today\n\n{line}\r\n", out var problem);

        Assert.IsNull(problem);
        Assert.AreEqual(UpstreamProtocol.Http, list!.Protocol);
        Assert.AreEqual(new ExitLine(host, port, user, password, country, city), list.Exits.Single());
        Assert.DoesNotContain("s3cret", list.Exits.Single().ToString());
    }

    [TestMethod]
    [DataRow("", "The list has no proxy.")]
    [DataRow("# only a remark", "The list has no proxy.")]
    [DataRow("203.0.113.1:8000\nnonsense", "Line 2 is no proxy")]
    [DataRow("203.0.113.1:0", "Line 1 is no proxy")]
    [DataRow("203.0.113.1:8000:ann", "Line 1 is no proxy")]
    [DataRow("ann:line%0d%0abreak@203.0.113.1:8000", "Line 1 is no proxy")]
    [DataRow("203.0.113.1:8000,usa", "Line 1 is no proxy")]
    [DataRow("ftp://203.0.113.1:8000", "Line 1 is no proxy")]
    [DataRow("203.0.113.1:8000\n\nsocks5://203.0.113.2:8000", "Line 3 is Socks5")]
    public void Parse_Wrong_NamesTheLine(string text, string problem)
    {
        Assert.IsNull(ExitList.Parse(text, out var said));
        Assert.StartsWith(problem, $"{said}");
    }
}
