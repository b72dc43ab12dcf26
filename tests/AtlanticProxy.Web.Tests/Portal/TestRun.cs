using AtlanticProxy.Testing;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]

namespace AtlanticProxy.Web.Tests.Portal;

[TestClass]
public static class TestRun
{
    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        await BillingShop.StopSharedAsync();
        await SeededPortal.StopSharedAsync();
        await PostgresServer.StopSharedAsync();
    }
}
