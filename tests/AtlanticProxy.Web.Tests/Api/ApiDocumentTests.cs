using System.Text.Json;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>The description of the API is a contract: it changes on purpose alone.</summary>
[TestClass]
public sealed class ApiDocumentTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [TestMethod]
    public async Task Document_IsTheCommittedOne()
    {
        var portal = await SeededPortal.SharedAsync();
        using var anyone = new ApiClient(portal, token: null);
        var served = await anyone.GetAsync("/openapi.json");
        string text = JsonSerializer.Serialize(served.Body, Indented) + "\n";
        string written = Path.Combine(AppContext.BaseDirectory, "openapi.json");
        await File.WriteAllTextAsync(written, text);
        Assert.AreEqual(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "openapi.json")), text,
            $"What scripts rely on has changed. If that is meant, copy {written} to docs/openapi.json.");
    }

    [TestMethod]
    public async Task Document_IsLintedClean()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "lint");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(
            Path.Combine(Checkout.Root, "tests", "AtlanticProxy.Web.Tests", "Api", "Lint")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        var installed = await Tool.RunAsync("npm", "ci", "--prefix", folder, "--loglevel=error");
        Assert.AreEqual(0, installed.ExitCode, $"{installed}");

        var linted = await Tool.RunAsync("env", "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true",
            Path.Combine(folder, "node_modules", ".bin", "redocly"), "lint", "--format=stylish",
            "--config", Path.Combine(folder, "redocly.yaml"), Path.Combine(Checkout.Root, "docs", "openapi.json"));
        Assert.AreEqual(0, linted.ExitCode, $"{linted}");
    }
}
