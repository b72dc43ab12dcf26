using AtlanticProxy.Packaging.Tests.Machines;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>
/// A machine that the package of this checkout was installed on: once in a run, and each test goes on from there.
/// </summary>
public static class InstalledDebian
{
    private static readonly Lazy<Task<Installation>> s_made = new(InstallAsync);

    /// <summary>What the installation was like.</summary>
    public static Task<Installation> InstallationAsync() => s_made.Value;

    /// <summary>Boots a machine of the test's own.</summary>
    public static async Task<BootedDebian> BootAsync()
    {
        var machine = await BootedDebian.BootAsync(await Overlay.OverAsync((await s_made.Value).Disk));
        await machine.RunAsync("systemctl start atlanticproxy");
        return machine;
    }

    /// <summary>The disk, when all tests are done.</summary>
    public static async Task RemoveAsync()
    {
        if (s_made.IsValueCreated)
            await (await s_made.Value).Disk.DisposeAsync();
    }

    private static async Task<Installation> InstallAsync()
    {
        await using var machine = await BootedDebian.BootAsync(await Overlay.OverAsync(await BareDebian.FolderAsync()));
        string before = await machine.RunAsync(Installation.AllFiles);
        await machine.CopyInAsync(await BuiltPackages.CurrentAsync(), "/root/current.deb");
        var said = await machine.TryAsync("DEBIAN_FRONTEND=noninteractive apt-get -y install /root/current.deb </dev/null");
        Assert.AreEqual(0, said.ExitCode, said.ToString());
        string status = await machine.RunAsync("atlanticproxy status");
        string clusters = await machine.RunAsync("pg_lsclusters --no-header");
        return new Installation(await machine.ShutDownAsync(), said.Text, before, status, clusters);
    }
}

/// <param name="Disk">What it left, to put others over.</param>
/// <param name="Said">By apt and the package.</param>
/// <param name="FilesBefore">All files of the machine before, a line each.</param>
/// <param name="Status">What <c>atlanticproxy status</c> said right behind it.</param>
/// <param name="Clusters">The clusters of Debian's PostgreSQL that there are.</param>
public sealed record Installation(Overlay Disk, string Said, string FilesBefore, string Status, string Clusters)
{
    /// <summary>The command that lists files, but for what every machine writes all the time.</summary>
    public const string AllFiles =
        "find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp "
            + "-o -path /var/log -o -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt "
            + "-o -path /root \\) -prune -o -print | sort";
}
