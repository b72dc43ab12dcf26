using AtlanticProxy.Testing;

[assembly: Parallelize(Scope = ExecutionScope.MethodLevel, Workers = 2)]

namespace AtlanticProxy.ControlPlane.Tests;

[TestClass]
public static class TestRun
{
    [AssemblyCleanup]
    public static Task StopDatabase() => PostgresServer.StopSharedAsync();
}
