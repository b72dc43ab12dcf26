using System.Security.Cryptography;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Debs;

/// <summary>The package as a file.</summary>
[TestClass]
public sealed class PackageTests
{
    private const long MostBytes = 80_000_000;

    /// <summary>SHA-256 of the configuration file in every release.</summary>
    private const string Shipped = "0d16d9f5768bebe31c7877d05038952d298e4d1cb242052b5bcff19e71043477";

    [TestMethod]
    [DataRow("amd64")]
    [DataRow("arm64")]
    public async Task TheDownload_IsUnder80Mb_AndOfItsArchitecture(string architecture)
    {
        string deb = architecture == "amd64" ? await BuiltPackages.CurrentAsync() : await BuiltPackages.Arm64Async();
        Assert.IsLessThan(MostBytes, new FileInfo(deb).Length);
        Assert.AreEqual(architecture, (await Commands.RunAsync("dpkg-deb", "--field", deb, "Architecture")).Trim());
        string folder = Directory.CreateTempSubdirectory("atlantic-deb-").FullName;
        await Commands.RunAsync("dpkg-deb", "--extract", deb, folder);
        string program = await Commands.RunAsync(
            "file", "--brief", Path.Combine(folder, "usr/lib/atlanticproxy/app/atlanticproxy"));
        StringAssert.Contains(program, architecture == "amd64" ? "x86-64" : "ARM aarch64");
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public async Task Lintian_AtItsMostPedantic_HasNothingToSay()
    {
        var said = await Commands.TryAsync("lintian", "--pedantic", "--display-info", "--allow-root",
            "--fail-on", "error,warning,info,pedantic", await BuiltPackages.CurrentAsync());
        Assert.AreEqual(0, said.ExitCode, said.ToString());
    }

    [TestMethod]
    public async Task WhoeverBuildsTheSameSources_GetsTheSameBytes()
    {
        string copy = await BuiltPackages.CopySourcesAsync();
        string again = await BuiltPackages.BuildAsync(copy, "amd64", "again", "--fresh");
        Directory.Delete(copy, recursive: true);
        CollectionAssert.AreEqual(await HashAsync(await BuiltPackages.CurrentAsync()), await HashAsync(again));
    }

    /// <summary>
    /// dpkg asks about a configuration file that both sides have changed, and where nobody can answer it gives up. So the
    /// package's own never changes: what there is to say about settings is said in the manual.
    /// </summary>
    [TestMethod]
    public async Task TheConfigurationFile_IsTheOneThatWasAlwaysShipped()
    {
        byte[] hash = await HashAsync(Path.Combine(Checkout.Root, "packaging", "deb", "appliance.json"));
        Assert.AreEqual(Shipped, Convert.ToHexStringLower(hash));
    }

    private static async Task<byte[]> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return await SHA256.HashDataAsync(stream);
    }
}
