using System.Net;
using AtlanticProxy.Host.Health;

namespace AtlanticProxy.Host.Tests.Health;

[TestClass]
public sealed class HealthNetworksTests
{
    [TestMethod]
    [DataRow("127.0.0.1", true)]
    [DataRow("::1", true)]
    [DataRow("::ffff:127.0.0.1", true)]
    [DataRow("10.1.2.3", true)]
    [DataRow("::ffff:10.1.2.3", true)]
    [DataRow("192.0.2.1", false)]
    [DataRow("::ffff:192.0.2.1", false)]
    public void Client_AskingForHealth_IsAllowedFromLoopbackAndNamedNetworks(string client, bool allowed) =>
        Assert.AreEqual(allowed, HealthEndpoints.IsAllowed(IPAddress.Parse(client), [IPNetwork.Parse("10.0.0.0/8")]));

    [TestMethod]
    public void Client_WithoutAddress_IsRefused() => Assert.IsFalse(HealthEndpoints.IsAllowed(null, []));
}
