using AtlanticProxy.EndToEnd.Tests.Appliances;

namespace AtlanticProxy.EndToEnd.Tests.Endings;

/// <summary>The test of an endpoint that the portal makes through the node's own port.</summary>
[TestClass]
public sealed class ConnectionTestTests
{
    [TestMethod]
    public async Task Test_BehindABalancerOnThisMachine_SpeaksThePortsProtocol()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync("--Engine:ProxyProtocolFrom:0", "127.0.0.0/8");

        StringAssert.Contains(await PressAsync(appliance), "It works");
    }

    [TestMethod]
    public async Task Test_OfAPageWhoseCertificateIsNobodys_SaysSo()
    {
        string page = SharedAppliance.Origin.Https("/bytes/1").ToString();
        await using var appliance = await RunningAppliance.StartDemoAsync("--Portal:ExitPageUrl", page);

        string report = await PressAsync(appliance);

        StringAssert.Contains(report, "The page did not come");
        StringAssert.Contains(report, "could not be verified through this exit.");
    }

    private static async Task<string> PressAsync(RunningAppliance appliance)
    {
        var login = appliance.Ready.Customer!;
        using var portal = await PortalSession.SignInAsync(new Uri(appliance.Ready.Portal), login.Email, login.Password);
        return await portal.PressAsync("/endpoints", "/endpoints/test");
    }
}
