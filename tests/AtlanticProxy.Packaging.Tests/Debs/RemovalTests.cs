using AtlanticProxy.Packaging.Tests.Machines;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>Off again, and what stays.</summary>
[TestClass]
public sealed class RemovalTests
{
    private const string Purge = "DEBIAN_FRONTEND=noninteractive apt-get -y purge atlanticproxy </dev/null";

    [TestMethod]
    public async Task Removed_ItsDataStays_AndIsFoundAgain()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.RunAsync("atlanticproxy customer add carol@example.com");
        await machine.RunAsync("""echo '{ "Portal": { "Banner": "mine" } }' >/etc/atlanticproxy/appliance.json""");

        StringAssert.Contains(await machine.RunAsync("apt-get -y remove atlanticproxy"), "with your data stays");
        // 1: there is no process of its user.
        Assert.AreEqual(1, (await machine.TryAsync("pgrep -u atlanticproxy")).ExitCode);
        await machine.RunAsync("[ ! -e /usr/lib/atlanticproxy ] && [ ! -L /usr/bin/atlanticproxy ]");

        await machine.RunAsync("dpkg --install /root/current.deb");
        StringAssert.Contains(await machine.RunAsync("atlanticproxy status"), "Customers:   1");
        StringAssert.Contains(await machine.RunAsync("cat /etc/atlanticproxy/appliance.json"), "mine");
    }

    [TestMethod]
    public async Task Purged_WhereNobodyCanAnswer_TheDataStays()
    {
        await using var machine = await InstalledDebian.BootAsync();
        StringAssert.Contains(await machine.RunAsync(Purge), "with your data stays");
        await machine.RunAsync("[ -f /var/lib/atlanticproxy/secret.key ] && [ ! -e /etc/atlanticproxy ]");
    }

    [TestMethod]
    public async Task Purged_WithConsent_NothingStays()
    {
        var installation = await InstalledDebian.InstallationAsync();
        await using var machine = await InstalledDebian.BootAsync();
        await machine.RunAsync("echo 'atlanticproxy atlanticproxy/purge-data boolean true' | debconf-set-selections");
        await machine.RunAsync(Purge);
        await machine.RunAsync("DEBIAN_FRONTEND=noninteractive apt-get -y purge --autoremove postgresql </dev/null");

        string[] before = installation.FilesBefore.Split('\n');
        string[] left = [.. (await machine.RunAsync(Installation.AllFiles)).Split('\n').Except(before)
            .Where(file => file.Contains("atlantic", StringComparison.Ordinal))];
        Assert.AreEqual("", string.Join('\n', left));
    }
}
