using System.Text.Json;
using AtlanticProxy.Testing;
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
}
