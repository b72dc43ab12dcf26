using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>What is said of a running appliance: <c>doctor</c>, <c>status</c>, and a second <c>serve</c>.</summary>
public sealed partial class VerbTests
{
    [TestMethod]
    public async Task Doctor_WhileServing_FindsAllWell()
    {
        string portal = new Uri(s_appliance.Portal).Authority,
        proxy = s_appliance.Ready.RootElement.GetProperty("proxy").GetString()!;

        var doctor = await VerbAsync("", "doctor", "--Portal:Listen", portal, "--Engine:Mixed:0", proxy);

        Assert.AreEqual(0, doctor.ExitCode, doctor.Output);
        StringAssert.Contains(doctor.Output, "database: answers, schema up to date");
        StringAssert.Contains(doctor.Output, $"portal port: {portal}, of the running appliance");
        StringAssert.Contains(doctor.Output, $"proxy port: {proxy}, of the running appliance");
    }

    [TestMethod]
    public async Task Doctor_WithAnothersPort_NamesWhoListens()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var doctor = await VerbAsync("", "doctor", "--Portal:Listen", other.LocalEndpoint.ToString()!, "--Engine:Mixed:0",
            "127.0.0.1:0");

        Assert.AreEqual(1, doctor.ExitCode);
        StringAssert.Contains(doctor.Output,
            $"FAIL  portal port: {other.LocalEndpoint} is used by process {Environment.ProcessId} (");
    }

    [TestMethod]
    public async Task Serve_OnDataOfARunningAppliance_IsOneLineAndExitCode1()
    {
        var second =
            await ApplianceProcess.RunAsync(
                ["serve", "--data", Folder["data"], "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0"]);

        Assert.AreEqual((1, ""), (second.ExitCode, second.Output));
        Assert.AreEqual(
            $"Another AtlanticProxy is running on {Folder["data/postgres"]}: stop it first, or use another data directory.\n",
            second.Error);
    }

    [TestMethod]
    public async Task Status_WhileServing_IsHealthAndCounts()
    {
        string portal = new Uri(s_appliance.Portal).Authority;

        using var status = await JsonAsync("status", "--Portal:Listen", portal);
        var down = await VerbAsync("", "status", "--Portal:Listen", "127.0.0.1:1");

        Assert.IsTrue(status.RootElement.GetProperty("running").GetBoolean());
        Assert.IsTrue(status.RootElement.GetProperty("health").GetString() is "Healthy" or "Degraded");
        Assert.AreEqual(Folder["data"], status.RootElement.GetProperty("data").GetString());
        Assert.AreEqual(1, down.ExitCode);
        StringAssert.Contains(down.Output, "nothing answers on 127.0.0.1:1");
    }

    [TestMethod]
    public async Task Health_AsksTheRunningApplianceAndStartsNothing()
    {
        string portal = new Uri(s_appliance.Portal).Authority;

        using var health = await JsonAsync("health", "--Portal:Listen", portal);
        // Of an appliance that was never made: to start its database would make it.
        var down = await Testing.Cli.RunAsync(["health", "--data", Folder["elsewhere"], "--Portal:Listen", "127.0.0.1:1"]);

        Assert.IsTrue(health.RootElement.GetProperty("running").GetBoolean());
        Assert.IsTrue(health.RootElement.GetProperty("health").GetString() is "Healthy" or "Degraded");
        Assert.AreEqual((1, "nothing answers on 127.0.0.1:1\n"), (down.ExitCode, down.Output));
        Assert.IsFalse(Directory.Exists(Folder["elsewhere"]));
    }
}
