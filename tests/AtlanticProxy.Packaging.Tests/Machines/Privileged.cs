using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Machines;

/// <summary>
/// What whole machines need of this one. Where it is not allowed, which is so in most containers, their tests are skipped by
/// name: unlike those of single programs, they cannot be had otherwise.
/// </summary>
public static class Privileged
{
    public static void ToMakeMachines()
    {
        try
        {
            Privilege.ToMountAFileSystem();
            Privilege.ToMakeANetworkNamespace();
        }
        catch (MissingPrivilegeException missing)
        {
            Assert.Inconclusive(missing.Message);
        }
    }
}
