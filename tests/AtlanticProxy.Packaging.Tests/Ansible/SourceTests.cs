using System.Security.Cryptography;
using AtlanticProxy.Packaging.Tests.Debs;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>The package from an address, and from a repository: a web server on the machine itself stands in for both.</summary>
[TestClass]
public sealed class SourceTests
{
    private const string Server = "http://127.0.0.1:8999", Folder = "/srv/packages";

    [TestMethod]
    public async Task FromAnAddress_OnlyWhatHasTheRightHash_IsInstalled()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;
        string deb = await BuiltPackages.LaterAsync();
        await ServeAsync(server);
        await server.CopyInAsync(deb, $"{Folder}/later.deb");
        await using var stream = File.OpenRead(deb);
        string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));

        string options = $"-e appliance_upgrade_soak=1 -e appliance_deb_url={Server}/later.deb -e appliance_deb_sha256=";
        var forged = await controller.PlayAsync(server, "upgrade", options + new string('0', hash.Length));
        Assert.AreNotEqual(0, forged.ExitCode, forged.ToString());
        StringAssert.Contains(forged.Text, "checksum");
        StringAssert.DoesNotMatch(await server.RunAsync("atlanticproxy status"), new("99.0.0"));

        var upgrade = await controller.PlayAsync(server, "upgrade", options + hash);
        Assert.AreEqual(0, upgrade.ExitCode, upgrade.ToString());
        StringAssert.Contains(upgrade.Text, "99.0.0 runs, Healthy");
    }

    [TestMethod]
    public async Task FromARepository_SignedByItsKey_TheLatestIsInstalled()
    {
        var (server, controller) = await ConvergedDebian.BootAsync();
        await using var _ = server;
        using var __ = controller;
        await ServeAsync(server);
        await Commands.RunAsync("bash", "-c", """
            set -e
            export GNUPGHOME="$3/gnupg"
            mkdir -m 700 "$GNUPGHOME"
            gpg --batch --quiet --passphrase '' --quick-generate-key packages@harbour.test ed25519
            gpg --batch --armor --export >"$3/packages.asc"
            cp "$1" "$2"
            cd "$2"
            mkdir -p dists/stable/main/binary-amd64
            apt-ftparchive packages . >dists/stable/main/binary-amd64/Packages
            apt-ftparchive -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Components=main \
                -o APT::FTPArchive::Release::Architectures=amd64 release dists/stable >Release
            gpg --batch --quiet --clearsign --output dists/stable/InRelease Release
            gpgconf --kill all
            """, "repository", await BuiltPackages.LaterAsync(), server.FileOf(Folder), controller.Home);
        await server.RunAsync("rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*"); // Debian's are out of reach.

        var upgrade = await controller.PlayAsync(server, "upgrade", "-e appliance_upgrade_soak=1 "
            + $"-e appliance_repository_url={Server} -e appliance_repository_key_file={controller.Home}/packages.asc");
        Assert.AreEqual(0, upgrade.ExitCode, upgrade.ToString());
        StringAssert.Contains(upgrade.Text, "99.0.0 runs, Healthy");
    }

    private static async Task ServeAsync(BootedDebian server)
    {
        await server.RunAsync($"mkdir {Folder}; systemd-run --quiet --working-directory={Folder} "
            + "python3 -m http.server --bind 127.0.0.1 8999");
        await Poll.UntilAsync(async () => (await server.TryAsync($"curl -sf {Server}/")).ExitCode == 0);
    }
}
