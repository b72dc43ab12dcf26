using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>The image as a file: what it is, what it says of itself, and that it is the same each time.</summary>
[TestClass]
public sealed class ImageTests
{
    /// <summary>What is promised of the archive that people load, bytes.</summary>
    private const long LargestArchive = 200_000_000;

    private static string Version => XDocument.Load(Path.Combine(Checkout.Root, "Directory.Build.props"))
        .Descendants("Version").Single().Value;

    [TestMethod]
    [DataRow("amd64"), DataRow("arm64")]
    public async Task Archive_IsAnImageOfItsArchitecture_AndSmall(string architecture)
    {
        var image = await Image.OfAsync(architecture);

        Assert.IsLessThan(LargestArchive, new FileInfo(image.Archive).Length);
        StringAssert.EndsWith(image.Archive, $"/atlanticproxy_{Version}_{architecture}.oci.tar");
        // Both as engines of today and as older ones read it.
        foreach (string transport in new[] { "oci-archive", "docker-archive" })
        {
            var seen = JsonElement.Parse(await Commands.RunAsync("skopeo", "inspect", $"{transport}:{image.Archive}"));
            Assert.AreEqual(architecture, seen.GetProperty("Architecture").GetString());
            Assert.AreEqual(Version,
                seen.GetProperty("Labels").GetProperty("org.opencontainers.image.version").GetString());
        }
        foreach (string label in new[] { "title", "description", "vendor", "licenses", "created" })
            Assert.AreNotEqual("",
                image.Config.GetProperty("Labels").GetProperty($"org.opencontainers.image.{label}").GetString());
    }

    [TestMethod]
    public async Task Image_BuiltAgain_HasTheSameBytes()
    {
        var image = await Image.OfAsync("arm64");
        var folder = Directory.CreateTempSubdirectory("atlantic-image-again-");
        try
        {
            string again = await Image.BuildIntoAsync(folder.FullName, "arm64");

            Assert.AreEqual(await DigestAsync(image.Archive), await DigestAsync(again));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public async Task Files_AreRootsAndHaveNoWayToAnotherUser()
    {
        var image = await Image.OfAsync("amd64");

        Assert.AreEqual("./var/lib/atlanticproxy 700\n",
            await FindAsync(image, "-user", "10001", "-group", "10001", "-printf", "%p %m\n"));
        Assert.AreEqual("", await FindAsync(image, "!", "-user", "0", "!", "-user", "10001"));
        Assert.AreEqual("", await FindAsync(image, "-type", "f", "-perm", "/6022"), "setuid, setgid, or writable by others");
        Assert.IsGreaterThan(100, (await File.ReadAllTextAsync(Path.Combine(image.Root, "etc/ssl/certs/ca-certificates.crt")))
            .Split("BEGIN CERTIFICATE").Length, "the authorities that programs trust");
    }

    [TestMethod]
    public async Task Programs_FindTheirLibrariesInTheImage()
    {
        Privileged.ToMakeMachines();
        var image = await Image.OfAsync("amd64");
        string[] programs = ["age", "age-keygen", "lego", "rclone", "setsid", "install", "sh"];
        string postgres = "/usr/lib/postgresql/15/bin/";
        foreach (string program in (string[])[.. programs.Select(name => $"/usr/bin/{name}"),
            .. new[] { "postgres", "initdb", "pg_dump", "pg_restore", "psql" }.Select(name => postgres + name)])
        {
            // As the loader itself sees it there.
            Assert.DoesNotContain("not found",
                await Commands.RunAsync("chroot", image.Root, "/lib64/ld-linux-x86-64.so.2", "--list", program));
        }
    }

    [TestMethod]
    public async Task Sbom_NamesWhatIsInTheImage()
    {
        var image = await Image.OfAsync("amd64");
        byte[] text = await File.ReadAllBytesAsync(image.Sbom);
        CollectionAssert.AreEqual(text,
            await File.ReadAllBytesAsync(Path.Combine(image.Root, "usr/share/doc/atlanticproxy/sbom.cdx.json")));
        var sbom = JsonElement.Parse(text);

        // What CycloneDX 1.5 requires, and what scanners look for.
        Assert.AreEqual("CycloneDX", sbom.GetProperty("bomFormat").GetString());
        Assert.AreEqual("1.5", sbom.GetProperty("specVersion").GetString());
        StringAssert.Matches(sbom.GetProperty("serialNumber").GetString(),
            new("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
        Assert.AreEqual(Version, sbom.GetProperty("metadata").GetProperty("component").GetProperty("version").GetString());
        var components = sbom.GetProperty("components").EnumerateArray().ToList();
        foreach (var component in components)
            foreach (string field in new[] { "type", "name", "version", "purl", "bom-ref" })
                Assert.AreNotEqual("", component.GetProperty(field).GetString(), component.ToString());
        string[] references = [.. components.Select(component => component.GetProperty("bom-ref").GetString()!)];
        CollectionAssert.AllItemsAreUnique(references);

        // Each kind of package, by the lists that they are installed from.
        string[] names = [.. components.Select(component => component.GetProperty("name").GetString()!)];
        string packages = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "packaging/image/packages"));
        var debian = packages.Split('\n').Where(line => line.Length > 0 && line[0] != '#');
        CollectionAssert.IsSubsetOf(debian.ToList(), names);
        CollectionAssert.IsSubsetOf(
            new[] { "Npgsql", "linq2db", "Microsoft.NETCore.App.Runtime.linux-x64", "@tabler/core", "uplot" }, names);
        CollectionAssert.DoesNotContain(names, "esbuild", "it builds the assets, and is not in them");
        Assert.AreEqual("PostgreSQL", components.Single(component => component.GetProperty("name").GetString() == "Npgsql")
            .GetProperty("licenses")[0].GetProperty("license").GetProperty("name").GetString());
    }

    private static Task<string> FindAsync(Image image, params string[] conditions) =>
        Commands.RunAsync("env", ["-C", image.Root, "find", ".", .. conditions]);

    private static async Task<string> DigestAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }
}
