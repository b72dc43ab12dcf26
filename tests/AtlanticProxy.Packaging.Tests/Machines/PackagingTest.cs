using AtlanticProxy.Packaging.Tests.Ansible;
using AtlanticProxy.Packaging.Tests.Debs;
using AtlanticProxy.Packaging.Tests.Images;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

[assembly: Parallelize(Scope = ExecutionScope.MethodLevel, Workers = 2)]

namespace AtlanticProxy.Packaging.Tests.Machines;

/// <summary>What is made once for all tests goes when they are done.</summary>
[TestClass]
public static class PackagingTest
{
    [AssemblyCleanup]
    public static async Task CleanUpAsync()
    {
        await ConvergedDebian.RemoveAsync();
        await InstalledDebian.RemoveAsync();
        await Image.RemoveAllAsync();
        await PostgresServer.StopSharedAsync();
    }
}
