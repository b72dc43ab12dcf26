using System.Net;
using System.Text;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Tests.Egress;

[TestClass]
public sealed class AddressGuardTests
{
    [TestMethod]
    [DataRow("127.0.0.1"), DataRow("127.255.255.254"), DataRow("0.0.0.0"), DataRow("169.254.169.254"), DataRow("10.0.0.1"),
        DataRow("172.16.0.1")]
    [DataRow("172.31.255.255"), DataRow("192.168.1.1"), DataRow("100.64.0.1"), DataRow("100.127.255.255"), DataRow("192.0.0.1"),
        DataRow("198.18.0.1")]
    [DataRow("198.19.255.255"), DataRow("224.0.0.1"), DataRow("255.255.255.255"), DataRow("240.0.0.1")]
    [DataRow("::1"), DataRow("::"), DataRow("fe80::1"), DataRow("fd00:ec2::254"), DataRow("fc00::1"), DataRow("ff02::1"),
        DataRow("fec0::1")]
    [DataRow("::ffff:127.0.0.1"), DataRow("::ffff:10.0.0.1"), DataRow("::127.0.0.1"), DataRow("64:ff9b::7f00:1"),
        DataRow("64:ff9b::10.0.0.1")]
    [DataRow("2002:7f00:0001::1"), DataRow("2002:0a00:0001::1"),
        DataRow("2001:0:4136:e378:8000:63bf:80ff:fffe")] // Teredo of 127.0.0.1
    public void Permits_SpecialAddress_Refused(string address) =>
        Assert.IsFalse(new AddressGuard(new EngineOptions()).Permits(IPAddress.Parse(address), 443));

    [TestMethod]
    [DataRow("1.1.1.1"), DataRow("8.8.8.8"), DataRow("172.32.0.1"), DataRow("100.128.0.1"), DataRow("2606:4700::1111"),
        DataRow("64:ff9b::808:808"), DataRow("2002:0808:0808::1")]
    public void Permits_PublicAddress_Permitted(string address) =>
        Assert.IsTrue(new AddressGuard(new EngineOptions()).Permits(IPAddress.Parse(address), 443));

    [TestMethod]
    [DataRow("0x7f.1"), DataRow("2130706433"), DataRow("0177.0.0.1"), DataRow("127.1"), DataRow("0x7f000001"),
        DataRow("127.0.0.1.")]
    [DataRow("[::1]"), DataRow("[::ffff:7f00:1]"), DataRow("localhost"), DataRow("LOCALHOST"), DataRow("localhost."),
        DataRow("a.localhost")]
    [DataRow("ip6-localhost"), DataRow("printer.local"), DataRow("metadata.google.internal"), DataRow("router.lan"),
        DataRow("nas.home.arpa")]
    public void Permits_OtherSpellingOfLocal_Refused(string host) =>
        Assert.IsFalse(new AddressGuard(new EngineOptions()).Permits(Destination.Parse(Encoding.ASCII.GetBytes(host), 80)!));

    [TestMethod]
    [DataRow("example.com"), DataRow("notlocalhost"), DataRow("local.example.com"), DataRow("xinternal")]
    public void Permits_OrdinaryName_Permitted(string host) =>
        Assert.IsTrue(new AddressGuard(new EngineOptions()).Permits(Destination.Parse(Encoding.ASCII.GetBytes(host), 80)!));

    [TestMethod]
    public void Permits_DeniedPort_RefusedForNamesAndAddresses()
    {
        var guard = new AddressGuard(new EngineOptions { DeniedPorts = { 6667 } });
        Assert.IsFalse(guard.Permits(Destination.Parse("example.com"u8, 25)!));
        Assert.IsFalse(guard.Permits(IPAddress.Parse("1.1.1.1"), 6667));
    }

    [TestMethod]
    public void Permits_OwnAddress_RefusedOnEveryPortUnlessExempt()
    {
        IPAddress own = IPAddress.Parse("8.8.4.4"), other = IPAddress.Parse("8.8.8.8");
        var guard = new AddressGuard(new EngineOptions(), () => [own]);
        Assert.IsFalse(guard.Permits(own, 22), "what a machine says to itself goes past its firewall");
        Assert.IsFalse(guard.Permits(IPAddress.Parse("::ffff:8.8.4.4"), 443));
        Assert.IsTrue(guard.Permits(other, 22));
        Assert.IsTrue(new AddressGuard(new EngineOptions { AllowedPrivateNetworks = { "8.8.4.4/32" } }, () => [own])
            .Permits(own, 443));
    }

    [TestMethod]
    public void RefreshOwnAddresses_AddressAdded_IsOwnFromThenOn()
    {
        var own = new List<IPAddress>();
        var guard = new AddressGuard(new EngineOptions(), () => own);
        Assert.IsTrue(guard.Permits(IPAddress.Parse("8.8.4.4"), 443));
        own.Add(IPAddress.Parse("8.8.4.4"));
        guard.RefreshOwnAddresses();
        Assert.IsFalse(guard.Permits(IPAddress.Parse("8.8.4.4"), 443));
    }

    [TestMethod]
    public void Permits_ExemptNetwork_PermittedButNotTheAppliancesOwnPorts()
    {
        var guard = new AddressGuard(new EngineOptions { AllowedPrivateNetworks = { "127.0.0.0/8" } });
        guard.AddOwnPorts([8000]);
        Assert.IsTrue(guard.Permits(IPAddress.Loopback, 8001));
        Assert.IsFalse(guard.Permits(IPAddress.Loopback, 8000));
        Assert.IsFalse(guard.Permits(IPAddress.Parse("::ffff:127.0.0.1"), 8000));
        Assert.IsFalse(guard.Permits(IPAddress.Parse("10.0.0.1"), 8001), "only the exempt network");
    }
}
