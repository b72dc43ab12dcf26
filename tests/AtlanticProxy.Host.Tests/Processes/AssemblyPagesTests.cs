using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Tests.Processes;

[TestClass]
public sealed class AssemblyPagesTests
{
    [TestMethod]
    public void Parse_CodeOfAnAssembly_IsTaken()
    {
        var mapping = AssemblyPages.Parse("10000000-10200000 r-xp 00001000 fe:00 1234                       /usr/lib/An Assembly.dll");

        Assert.AreEqual(((nint)0x10000000, (nint)0x10200000, "/usr/lib/An Assembly.dll"), mapping);
    }

    [TestMethod]
    [DataRow("7fe33c000000-7fe33c200000 rw-p 00001000 fe:00 1234 /usr/lib/Some.dll", DisplayName = "data of an assembly, which may have been written to")]
    [DataRow("7fe33c000000-7fe33c200000 rwxp 00001000 fe:00 1234 /usr/lib/Some.dll", DisplayName = "code that may be written to")]
    [DataRow("7fe33c000000-7fe33c200000 r-xp 00001000 fe:00 1234 /usr/lib/libc.so.6", DisplayName = "a native library")]
    [DataRow("7fe33c000000-7fe33c200000 r-xp 00001000 fe:00 1234 /usr/lib/Some.dll (deleted)", DisplayName = "a file that was replaced")]
    [DataRow("7fe33c000000-7fe33c200000 rw-p 00000000 00:00 0 ", DisplayName = "anonymous memory")]
    [DataRow("7ffd2c3b8000-7ffd2c3d9000 rw-p 00000000 00:00 0                          [stack]", DisplayName = "the stack")]
    public void Parse_AnythingElse_IsLeft(string line) => Assert.IsNull(AssemblyPages.Parse(line));

    [TestMethod]
    public void Release_OfWhatWasThereBefore_GivesPagesBackAndLeavesTheProcessWorking()
    {
        var pages = new AssemblyPages(TimeProvider.System);
        pages.Release();
        long before = FileBytes();

        pages.Release();

        long after = FileBytes();
        Assert.IsLessThan(before, after);
        Assert.AreEqual("[1,2,3]", System.Text.Json.JsonSerializer.Serialize(new[] { 1, 2, 3 }));
    }

    private static long FileBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
}
