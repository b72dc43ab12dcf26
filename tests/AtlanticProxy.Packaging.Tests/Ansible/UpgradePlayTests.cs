using AtlanticProxy.Packaging.Tests.Debs;
using AtlanticProxy.Packaging.Tests.Machines;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>The playbooks <c>upgrade</c>, <c>backup</c>, <c>restore</c> and <c>rotate-secrets</c>.</summary>
[TestClass]
public sealed class UpgradePlayTests
{
    private const string Version = "dpkg-query --show '--showformat=${db:Status-Status} ${Version}' atlanticproxy";

    [TestMethod]
    public async Task AnUpgrade_IsMade_AndABrokenOneAfterIt_IsTakenBack()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;

        var upgrade = await controller.PlayAsync(server, "upgrade",
            $"-e appliance_upgrade_soak=1 -e appliance_deb_file={await BuiltPackages.LaterAsync()}");
        Assert.AreEqual(0, upgrade.ExitCode, upgrade.ToString());
        StringAssert.Contains(upgrade.Text, "99.0.0 runs, Healthy");

        var broken = await controller.PlayAsync(server, "upgrade",
            $"-e appliance_upgrade_soak=1 -e appliance_deb_file={await BuiltPackages.BrokenAsync()}");
        Assert.AreNotEqual(0, broken.ExitCode, broken.ToString());
        StringAssert.Contains(broken.Text, "the upgrade failed, and version 99.0.0 runs again, with its data as before");
        StringAssert.Contains(broken.Text, "192.0.2.1:8000"); // What the package said of it.
        Assert.AreEqual("installed 99.0.0", await server.RunAsync(Version));
        StringAssert.Contains(await server.RunAsync("atlanticproxy status"), "99.0.0");
    }

    [TestMethod]
    public async Task ARelease_ThatBecomesUnwellLater_IsTakenBack_WithItsDatabase()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;
        string unwell = Path.Combine(controller.Home, "unwell.deb");
        await Commands.RunAsync("bash", "-c", """
            set -e
            dpkg-deb --raw-extract "$1" "$2/tree"
            cd "$2/tree"
            sed -i 's/^Version: .*/Version: 99.2.0/' DEBIAN/control
            cd usr/lib/atlanticproxy/app
            echo 99.2.0-unwell >RELEASE
            mv atlanticproxy atlanticproxy.real
            cat >atlanticproxy <<'SH'
            #!/bin/sh
            # Well when the package asks, and never after.
            if [ "$1" = status ]; then
                [ ! -e /run/asked ] || { echo 'unwell on purpose' >&2; exit 1; }
                touch /run/asked
            fi
            exec "$(dirname "$(readlink -f "$0")")/atlanticproxy.real" "$@"
            SH
            chmod 755 atlanticproxy
            dpkg-deb --root-owner-group -Zgzip -z1 --build "$2/tree" "$3" >/dev/null
            """, "unwell", await BuiltPackages.LaterAsync(), controller.Home, unwell);

        string before = await server.RunAsync(Version);
        var upgrade = await controller.PlayAsync(server, "upgrade",
            $"-e appliance_upgrade_soak=1 -e appliance_health_timeout=30 -e appliance_deb_file={unwell}");
        Assert.AreNotEqual(0, upgrade.ExitCode, upgrade.ToString());
        StringAssert.Contains(upgrade.Text, "runs again, with its data as before");
        StringAssert.Contains(upgrade.Text, "unwell on purpose");
        Assert.AreEqual(before, await server.RunAsync(Version));
        await server.RunAsync("atlanticproxy migrate --check"); // It would refuse a database that is newer than itself.
        StringAssert.Contains(await server.RunAsync("atlanticproxy status"), "Customers:   1");
    }

    [TestMethod]
    public async Task ABackup_IsFetched_AndRestored_AndARotationMakesANewKey()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;
        var backup = await controller.PlayAsync(server, "backup", $"-e appliance_backup_fetch_to={controller.Home}/fetched");
        Assert.AreEqual(0, backup.ExitCode, backup.ToString());
        string file = Directory.GetFiles(Path.Combine(controller.Home, "fetched", "staging")).Single();
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await server.RunAsync("atlanticproxy customer add late@example.com");
        var restore = await controller.PlayAsync(server, "restore", $"-e appliance_restore_upload={file}");
        Assert.AreEqual(0, restore.ExitCode, restore.ToString());
        StringAssert.Contains(await server.RunAsync("atlanticproxy status"), "Customers:   1");

        string key = await server.RunAsync("sha256sum </var/lib/atlanticproxy/secret.key");
        var rotation = await controller.PlayAsync(server, "rotate-secrets");
        Assert.AreEqual(0, rotation.ExitCode, rotation.ToString());
        Assert.AreNotEqual(key, await server.RunAsync("sha256sum </var/lib/atlanticproxy/secret.key"));
        StringAssert.Contains(await server.RunAsync("atlanticproxy status"), "Healthy");
    }
}
