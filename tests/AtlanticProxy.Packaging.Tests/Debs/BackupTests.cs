using AtlanticProxy.Packaging.Tests.Machines;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>With the programs that the package recommends.</summary>
[TestClass]
public sealed class BackupTests
{
    [TestMethod]
    public async Task ABackup_EncryptedAndCopiedAway_BringsBackWhatWasLost()
    {
        await using var machine = await InstalledDebian.BootAsync();
        await machine.RunAsync("atlanticproxy customer add carol@example.com");
        await machine.RunAsync("""
            age-keygen -o /root/key 2>/dev/null
            cat >/etc/atlanticproxy/appliance.json <<JSON
            { "Backup": { "Recipient": "$(age-keygen -y /root/key)", "Remote": "offsite:/srv/offsite" } }
            JSON
            mkdir -p /root/.config/rclone
            printf '[offsite]\ntype = local\n' >/root/.config/rclone/rclone.conf
            atlanticproxy backup
            """);
        string file = (await machine.RunAsync("ls /srv/offsite/*")).Trim();
        StringAssert.EndsWith(file, ".age");
        Assert.AreEqual("age-encryption.org/v1\n", await machine.RunAsync($"head -1 {file}"));

        await machine.RunAsync("atlanticproxy customer remove carol@example.com");
        var inUse = await machine.TryAsync($"atlanticproxy restore {file} --identity /root/key");
        Assert.AreNotEqual(0, inUse.ExitCode);
        StringAssert.Contains(inUse.ToString(), "stop the appliance first");

        await machine.RunAsync($"systemctl stop atlanticproxy; atlanticproxy restore {file} --identity /root/key");
        await machine.RunAsync("systemctl start atlanticproxy");
        StringAssert.Contains(await machine.RunAsync("atlanticproxy customer list"), "carol@example.com");
    }
}
