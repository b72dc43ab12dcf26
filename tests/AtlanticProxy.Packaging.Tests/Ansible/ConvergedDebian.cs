using AtlanticProxy.Packaging.Tests.Debs;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>
/// A bare machine that the lines of the collection's README were run against: once in a run, and each test goes on from there.
/// </summary>
public static class ConvergedDebian
{
    private static readonly Lazy<Task<Convergence>> s_made = new(ConvergeAsync);

    public static Task<Convergence> ConvergenceAsync() => s_made.Value;

    /// <summary>Boots a machine of the test's own, and gives it a controller that may change its inventory.</summary>
    public static async Task<(BootedDebian Server, Controller Controller)> BootAsync()
    {
        var made = await s_made.Value;
        return (await BootedDebian.BootAsync(await Overlay.OverAsync(made.Disk)), await made.Controller.CopyAsync());
    }

    /// <summary>All of it, when all tests are done.</summary>
    public static async Task RemoveAsync()
    {
        if (!s_made.IsValueCreated)
            return;
        await (await s_made.Value).Disk.DisposeAsync();
        (await s_made.Value).Controller.Dispose();
    }

    private static async Task<Convergence> ConvergeAsync()
    {
        string deb = await BuiltPackages.CurrentAsync();
        await using var server = await BootedDebian.BootAsync(await Overlay.OverAsync(await BareDebian.FolderAsync()));
        var controller = await Controller.CreateAsync();
        await controller.EnterAsync(server);

        var (preparation, installation) = Lines(deb);
        long begun = TimeProvider.System.GetTimestamp();
        await controller.RunAsync(server, preparation);
        var took = TimeProvider.System.GetElapsedTime(begun);
        var check = await controller.PlayAsync(server, "site", $"--check -e appliance_deb_file={deb}");
        begun = TimeProvider.System.GetTimestamp();
        string said = await controller.RunAsync(server, installation);
        took += TimeProvider.System.GetElapsedTime(begun);
        return new Convergence(await server.ShutDownAsync(), controller, check.ToString(), said, took);
    }

    /// <summary>The first block of the README, up to its playbook and from there on, with our package and server.</summary>
    private static (string Preparation, string Installation) Lines(string deb)
    {
        var block = File.ReadLines(Path.Combine(Checkout.Root, "ansible", "README.md"))
            .SkipWhile(line => line != "```sh").Skip(1).TakeWhile(line => line != "```").ToList();
        Assert.AreEqual("cd ansible", block[0]);
        StringAssert.StartsWith(block[1], "export SERVER=");
        StringAssert.StartsWith(block[2], "deb=");
        int playbook = block.FindIndex(line => line.StartsWith("ansible-playbook", StringComparison.Ordinal));
        return (string.Join('\n', block[3..playbook]), $"deb={deb}\n{string.Join('\n', block[playbook..])}");
    }
}

/// <param name="Disk">What it left, to put others over.</param>
/// <param name="Controller">Whose inventory <c>mine</c> it has.</param>
/// <param name="Check">What a check of the bare machine said.</param>
/// <param name="Said">By the playbook, and by the request at the end.</param>
/// <param name="Took">The README's lines, without the check.</param>
public sealed record Convergence(Overlay Disk, Controller Controller, string Check, string Said, TimeSpan Took);
