using System.Globalization;
using System.Text.Json;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Images;

/// <summary>The image's entrypoint, from the first start through a kill -9 to the last stop. Needs root.</summary>
[TestClass]
public sealed class ContainerTests
{
    private const string Customer = "ann@example.test", Provider = "127.0.0.1:7000", ProviderPassword = "upstream-secret";

    /// <summary>The proxy's own bound (Engine:DrainTimeout, 20 s) and the database's last checkpoint.</summary>
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(25);

    [TestMethod]
    public async Task Container_KilledAndStartedAgain_HasItsDataAndStopsInOrder()
    {
        var image = await Image.OfAsync("amd64");
        var volume = Directory.CreateTempSubdirectory("atlantic-volume-");
        try
        {
            await Commands.RunAsync("chown", image.Config.GetProperty("User").GetString()!, volume.FullName);
            (string Name, string Password) proxyUser;
            long[] first;
            // No probes: they would go through the provider too, which leads nowhere but to itself.
            string[] settings = ["ATLANTIC_Engine__ProbeUrl="];
            await using (var container = await Container.StartAsync(image, volume.FullName, settings))
            {
                await ShouldBeConfinedAsync(container);
                using var provider = SimulateProvider(container);
                await container.CliAsync(
                    ["provider", "add", "simulated", "--endpoint", $"http://{Provider}",
                        "--username", "acme[-session-{session}]", "--password-stdin"], ProviderPassword);
                await container.CliAsync(["customer", "add", Customer]);
                var added = await container.CliAsync(["proxy-user", "add", Customer, "ann"]);
                proxyUser = (added.GetProperty("username").GetString()!, added.GetProperty("password").GetString()!);
                first = await FetchAsync(container, proxyUser);
                await ShouldBeBookedAsync(container, first);

                await container.KillAsync();
            }

            await using var again = await Container.StartAsync(image, volume.FullName, settings);
            using var providerAgain = SimulateProvider(again);
            await ShouldBeBookedAsync(again, first);
            long[] second = await FetchAsync(again, proxyUser);
            await ShouldBeBookedAsync(again, [first[0] + second[0], first[1] + second[1]]);
            var status = await again.CliAsync(["status"]);
            Assert.AreEqual("Healthy", status.GetProperty("health").GetString(), status.ToString());
            Assert.AreEqual(0, (await again.ExecuteAsync(["/usr/bin/atlanticproxy", "backup"])).ExitCode);

            long began = TimeProvider.System.GetTimestamp();
            Assert.AreEqual(0, await again.StopAsync());
            Assert.IsLessThan(StopBound, TimeProvider.System.GetElapsedTime(began));
            Assert.IsFalse(File.Exists(Path.Combine(volume.FullName, "postgres", "postmaster.pid")), "PostgreSQL was stopped");
        }
        finally
        {
            volume.Delete(recursive: true);
        }
    }

    /// <summary>
    /// That it is what an engine makes of the image: no root, no capability, nothing to write to but volume and memory.
    /// </summary>
    private static async Task ShouldBeConfinedAsync(Container container)
    {
        string process = $"/proc/{container.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        string[] status = await File.ReadAllLinesAsync($"{process}/status");
        foreach (string line in new[] { "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Uid:\t10001\t10001\t10001\t10001" })
            CollectionAssert.Contains(status, line);
        // Fields of mountinfo(5): mount point, options, and behind " - " the type.
        var writable = (await File.ReadAllLinesAsync($"{process}/mountinfo")).Select(line => line.Split(' '))
            .Where(mount => mount[5].StartsWith("rw", StringComparison.Ordinal) && mount[mount.IndexOf("-") + 1] != "proc")
            .Select(mount => mount[4]).Where(point => !point.StartsWith("/dev/", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(new[] { Container.DataDirectory, "/tmp", "/run", "/dev" }, writable.ToList());
        // The portal is for outside: on every address, so that a published port leads to it.
        StringAssert.Contains((await container.CliAsync(["status"])).GetProperty("portal").GetString()!, "0.0.0.0:8000");
    }

    private static System.Diagnostics.Process SimulateProvider(Container container) => container.Begin(
        ["/usr/bin/atlanticproxy", "simulate-provider", "--listen", Provider, "--username", "acme", "--password-stdin"],
        ProviderPassword);

    /// <summary>A page through the proxy; the bytes up and down in its tunnel, as curl counts them.</summary>
    private static async Task<long[]> FetchAsync(Container container, (string Name, string Password) user)
    {
        string text = "";
        // A new proxy user, and a provider that begins, are there within a second or so.
        await Poll.UntilAsync(async () =>
        {
            var fetched = await container.CurlAsync(
                "-f", "-o", "/dev/null", "-w", "%{size_request} %{size_header} %{size_download}",
                "-x", $"socks5h://{user.Name}:{user.Password}@127.0.0.1:1080", "http://exit.test/");
            text = fetched.Text;
            return fetched.ExitCode == 0;
        });
        long[] sizes = [.. text.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return [sizes[0], sizes[1] + sizes[2]];
    }

    private static async Task ShouldBeBookedAsync(Container container, long[] expected)
    {
        long[] booked = [];
        try
        {
            await Poll.UntilAsync(async () =>
            {
                var rows = (await container.CliAsync(["usage", "--customer", Customer])).EnumerateArray().ToList();
                booked = [rows.Sum(row => Bytes(row, "bytesUp")), rows.Sum(row => Bytes(row, "bytesDown"))];
                return booked.SequenceEqual(expected);
            });
        }
        catch (TimeoutException)
        {
            CollectionAssert.AreEqual(expected, booked, "bytes up and down");
        }
    }

    private static long Bytes(JsonElement row, string name) => row.GetProperty(name).GetInt64();
}
