using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>On a Debian with nothing else on it.</summary>
[TestClass]
public sealed class InstallTests
{
    private const double SafestExposure = 2.0;

    /// <summary>CAP_NET_BIND_SERVICE is bit 10.</summary>
    private const string OnlyBinding = "0000000000000400";

    private const string Database = "systemctl show -p MainPID atlanticproxy-postgres";

    [TestMethod]
    public async Task ItInstallsWithoutQuestions_RunsAtOnce_AndSaysHowToGoOn()
    {
        var installation = await InstalledDebian.InstallationAsync();
        StringAssert.Contains(installation.Said, "sudo atlanticproxy setup");
        StringAssert.Contains(installation.Status, "Healthy");
        Assert.AreEqual("", installation.Clusters.Trim(), "Debian's own cluster was made");

        await using var machine = await InstalledDebian.BootAsync(); // And after a boot, by itself.
        StringAssert.Matches(
            await machine.RunAsync("atlanticproxy setup"), new Regex("http://127.0.0.1:8000/setup#[A-Za-z0-9]{20,}"));
        Assert.AreEqual("root:atlanticproxy 640\natlanticproxy:atlanticproxy 750\n",
            await machine.RunAsync("stat -c '%U:%G %a' /etc/atlanticproxy/appliance.json /var/lib/atlanticproxy"));
        Assert.AreEqual("16384\t65535\n", await machine.RunAsync("sysctl -n net.ipv4.ip_local_port_range"));
        StringAssert.Contains(await machine.RunAsync("man -P cat atlanticproxy"), "simulate-provider");
        StringAssert.Contains(
            await machine.RunAsync("source /usr/share/bash-completion/bash_completion; _comp_load atlanticproxy 2>/dev/null "
                + "|| __load_completion atlanticproxy; complete -p atlanticproxy"), "atlanticproxy");
    }

    [TestMethod]
    public async Task ARequestGoesThrough_IsBilled_AndNothingOfItIsLostByKillAndPowerLoss()
    {
        await using var machine = await InstalledDebian.BootAsync();
        var shop = await Shop.OpenAsync(machine);
        await Poll.UntilAsync(async () => await Shop.BilledBytesAsync(machine) > 0);
        long billed = await Shop.BilledBytesAsync(machine);
        string database = await machine.RunAsync(Database);

        await machine.RunAsync("systemctl kill --kill-who=main --signal=KILL atlanticproxy");
        await Poll.UntilAsync(async () => (await shop.AskAsync()).ExitCode == 0);
        Assert.AreEqual(database, await machine.RunAsync(Database), "the database restarted");

        await machine.RunAsync("systemctl kill --kill-who=main --signal=KILL atlanticproxy-postgres");
        await Poll.UntilAsync(async () => (await machine.TryAsync("atlanticproxy status")).ExitCode == 0);

        await machine.PullThePlugAsync();
        await Shop.StartProviderAsync(machine);
        await Poll.UntilAsync(async () => (await shop.AskAsync()).ExitCode == 0);
        Assert.IsGreaterThanOrEqualTo(billed, await Shop.BilledBytesAsync(machine));
    }

    [TestMethod]
    public async Task ItsUnits_AreLockedDown_AndTellSystemdHowTheyAre()
    {
        await using var machine = await InstalledDebian.BootAsync();
        foreach (string unit in new[] { "atlanticproxy.service", "atlanticproxy-postgres.service" })
        {
            string verdict = await machine.RunAsync($"systemd-analyze security --no-pager {unit} | tail -1");
            double exposure = double.Parse(Regex.Match(verdict, @"[0-9]+\.[0-9]").Value, CultureInfo.InvariantCulture);
            Assert.IsLessThanOrEqualTo(SafestExposure, exposure, verdict);
        }
        string shown = await machine.RunAsync("systemctl show atlanticproxy");
        foreach (string property in new[] { "Type=notify", "Restart=always", "User=atlanticproxy", "LimitNOFILE=1048576",
            "WatchdogUSec=30s", "SubState=running" })
            StringAssert.Contains(shown, property);

        string entry = await machine.RunAsync("journalctl -u atlanticproxy -o json --no-pager | grep -m1 'Proxy listening'");
        var fields = JsonDocument.Parse(entry).RootElement;
        Assert.AreEqual("6", fields.GetProperty("PRIORITY").GetString());
        Assert.AreEqual("journal", fields.GetProperty("_TRANSPORT").GetString());
    }

    [TestMethod]
    public async Task OneThatHangs_IsNoticedByTheWatchdog_AndStartedAgain()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.RunAsync("""
            mkdir -p /etc/systemd/system/atlanticproxy.service.d
            printf '[Service]\nWatchdogSec=2\n' >/etc/systemd/system/atlanticproxy.service.d/t.conf
            systemctl daemon-reload
            systemctl restart atlanticproxy
            """);
        string hanging = await machine.RunAsync("systemctl show -p MainPID atlanticproxy");
        await machine.RunAsync("systemctl kill --kill-who=main --signal=STOP atlanticproxy");
        await Poll.UntilAsync(async () =>
            (await machine.TryAsync("atlanticproxy health")).ExitCode == 0
                && await machine.RunAsync("systemctl show -p MainPID atlanticproxy") != hanging);
        StringAssert.Contains(await machine.RunAsync("journalctl -u atlanticproxy -o cat --no-pager"), "Watchdog timeout");
    }

    [TestMethod]
    public async Task Port80_AndCredentialsOfSystemd_AreTheServices()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.RunAsync("""
            mkdir -p /etc/systemd/system/atlanticproxy.service.d
            echo 127.0.0.1:80 >/root/listen
            printf '[Service]\nLoadCredential=Portal__Listen:/root/listen\n' >/etc/systemd/system/atlanticproxy.service.d/t.conf
            systemctl daemon-reload
            systemctl restart atlanticproxy
            """);
        Assert.AreEqual("200", (await machine.RunAsync("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/health/live")));
        string rights = await machine.RunAsync(
            "grep CapEff /proc/$(systemctl show -p MainPID --value atlanticproxy)/status | cut -f2");
        Assert.AreEqual(OnlyBinding, rights.Trim());
    }
}
