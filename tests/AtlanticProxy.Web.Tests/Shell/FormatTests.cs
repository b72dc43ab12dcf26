using System.Net;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Tests.Shell;

[TestClass]
public sealed class FormatTests
{
    [TestMethod]
    [DataRow(0L, "0 B"), DataRow(999L, "999 B"), DataRow(1_000L, "1 KB"), DataRow(1_234L, "1.23 KB"), DataRow(12_345L, "12.3 KB")]
    [DataRow(999_999L, "999 KB"), DataRow(100_000_000L, "100 MB"), DataRow(1_999_999_999L, "1.99 GB"),
        DataRow(long.MaxValue, "9.22 EB")]
    public void Bytes_OfAnySize_ReadShortAndNeverMoreThanTheyAre(long bytes, string expected) =>
        Assert.AreEqual(expected, Format.BytesText(bytes));

    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7/32"), DataRow("::ffff:203.0.113.7", "203.0.113.7/32"),
        DataRow("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void NetworkOf_IPv6_IsItsSlash64(string address, string expected) =>
        Assert.AreEqual(expected, SignInThrottle.NetworkOf(IPAddress.Parse(address)).ToString());

    [TestMethod]
    public void NetworkOf_NoAddress_IsOneForAll() =>
        Assert.AreEqual("255.255.255.255/32", SignInThrottle.NetworkOf(null).ToString());

    [TestMethod]
    public void NavigationItem_PagesBelow_AreCurrentUnlessExact()
    {
        var list = new NavigationItem("Customers", "/admin/customers", "users");
        var exact = new NavigationItem("Dashboard", "/admin", "x", Exact: true);

        Assert.IsTrue(list.IsCurrent("/admin/customers/5"));
        Assert.IsFalse(list.IsCurrent("/admin/customersx"));
        Assert.IsFalse(exact.IsCurrent("/admin/customers"));
    }

    [TestMethod]
    [DataRow("proxy.example:8080", true), DataRow("", true), DataRow("[2001:db8::1]:8080", true), DataRow("proxy.example", false),
        DataRow("a:b@c:1", false), DataRow("x:70000", false), DataRow("x:80/y", false)]
    public void PortalOptions_ProxyEndpoint_IsHostAndPort(string endpoint, bool valid) =>
        Assert.AreEqual(valid, !new PortalOptions { ProxyEndpoint = endpoint }.Validate().Any());
}
