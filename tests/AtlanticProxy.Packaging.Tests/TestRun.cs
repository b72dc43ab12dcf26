using AtlanticProxy.Packaging.Tests.Images;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests;

/// <summary>What all tests here share, and its end.</summary>
[TestClass]
public static class TestRun
{
    [AssemblyCleanup]
    public static async Task EndAsync()
    {
        await Image.RemoveAllAsync();
        await PostgresServer.StopSharedAsync();
    }
}
