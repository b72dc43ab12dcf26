using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>From this release to a later one, and back when that does not run.</summary>
[TestClass]
public sealed class UpgradeTests
{
    private const string Database = "systemctl show -p MainPID atlanticproxy-postgres";

    /// <summary>As an unattended upgrade does it: nobody answers.</summary>
    private static string Install(string deb) => $"DEBIAN_FRONTEND=noninteractive apt-get -y install {deb} </dev/null";

    // Business cases 21 and 22.
    [TestMethod]
    public async Task AnUpgrade_KeepsTheEditedConfiguration_AndWhatWasSold_AndTheDatabaseRunsOn()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.CopyInAsync(await BuiltPackages.LaterAsync(), "/root/later.deb");
        await machine.RunAsync("""echo '{ "Portal": { "Banner": "edited by hand" } }' >/etc/atlanticproxy/appliance.json""");
        // A migration that takes longer than a start may (BuiltPackages has one): systemd waits for it all the same. It gives the
        // process ten seconds to say so, on a machine that is busy with other tests.
        await machine.RunAsync("""
            mkdir -p /etc/systemd/system/atlanticproxy.service.d
            printf '[Service]\nTimeoutStartSec=10\n' >/etc/systemd/system/atlanticproxy.service.d/t.conf
            systemctl daemon-reload
            systemctl restart atlanticproxy
            """);
        var shop = await Shop.OpenAsync(machine);
        string database = await machine.RunAsync(Database);

        using var stop = new CancellationTokenSource();
        var asking = shop.AskUntilAsync(stop.Token);
        var upgrade = await machine.TryAsync(Install("/root/later.deb"));
        await Poll.UntilAsync(async () => (await shop.AskAsync()).ExitCode == 0);
        await stop.CancelAsync();
        Console.WriteLine($"No request was answered for {(await asking).TotalSeconds:0.0} s.");

        Assert.AreEqual(0, upgrade.ExitCode, upgrade.ToString());
        StringAssert.Contains(await machine.RunAsync("atlanticproxy status"), "99.0.0");
        StringAssert.Contains(await machine.RunAsync("cat /etc/atlanticproxy/appliance.json"), "edited by hand");
        StringAssert.Contains(await machine.RunAsync("curl -sL http://127.0.0.1:8000/"), "edited by hand");
        await machine.RunAsync("atlanticproxy migrate --check");
        Assert.AreEqual(database, await machine.RunAsync(Database), "the database restarted");
        Assert.AreEqual("1", (await machine.RunAsync("ls /var/lib/atlanticproxy/before-upgrade | wc -l")).Trim());
    }

    [TestMethod]
    public async Task AReleaseThatDoesNotStart_IsTakenBack_WithItsDatabase_AndSaysWhy()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.CopyInAsync(await BuiltPackages.BrokenAsync(), "/root/broken.deb");
        var shop = await Shop.OpenAsync(machine);

        var upgrade = await machine.TryAsync(Install("/root/broken.deb"));
        Assert.AreNotEqual(0, upgrade.ExitCode, upgrade.ToString());
        StringAssert.Contains(upgrade.Text, "192.0.2.1:8000");
        StringAssert.Contains(upgrade.Text, "runs again, with its data as before");

        Assert.AreEqual(0, (await shop.AskAsync()).ExitCode);
        StringAssert.Contains(await machine.RunAsync("atlanticproxy status"), "Customers:   1");
        await machine.RunAsync("atlanticproxy migrate --check"); // It would refuse a database that is newer than itself.

        // What is mended installs over it.
        await machine.CopyInAsync(await BuiltPackages.LaterAsync(), "/root/later.deb");
        await machine.RunAsync("dpkg --install /root/later.deb");
        Assert.AreEqual(0, (await shop.AskAsync()).ExitCode);
        StringAssert.Contains(await machine.RunAsync("atlanticproxy status"), "99.0.0");
    }

    [TestMethod]
    public async Task AConfigurationThatTheNewReleaseRefuses_StopsNothing()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.CopyInAsync(await BuiltPackages.LaterAsync(), "/root/later.deb");
        string process = await machine.RunAsync("systemctl show -p MainPID atlanticproxy");
        await machine.RunAsync("""echo '{ "Engine": { "MaxConnections": "many" } }' >/etc/atlanticproxy/appliance.json""");

        var upgrade = await machine.TryAsync(Install("/root/later.deb"));
        Assert.AreNotEqual(0, upgrade.ExitCode);
        StringAssert.Contains(upgrade.ToString(), "Engine:MaxConnections");
        Assert.AreEqual(process, await machine.RunAsync("systemctl show -p MainPID atlanticproxy"));

        await machine.RunAsync("echo '{}' >/etc/atlanticproxy/appliance.json; dpkg --configure -a");
        StringAssert.Contains(await machine.RunAsync("atlanticproxy status"), "99.0.0");
    }
}
