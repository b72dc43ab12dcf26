using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

/// <summary>The packages of Node that tests run; <c>./atlantic test</c> has installed them before.</summary>
internal static class NodeClients
{
    private static readonly Lazy<Task> Installed = new(async () =>
    {
        if (new[] { "undici", "got", "hpagent" }.All(package =>
            Directory.Exists(Path.Combine(Checkout.Clients, "node_modules", package))))
            return;
        var installed = await Tool.RunAsync("npm", "ci", "--prefix", Checkout.Clients, "--no-audit", "--no-fund");
        Assert.AreEqual(0, installed.ExitCode, $"{installed}");
    });

    public static Task InstallAsync() => Installed.Value;
}
