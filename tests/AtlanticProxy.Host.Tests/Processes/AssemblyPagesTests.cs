using System.Globalization;
using System.Text.Json;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Tests.Processes;

[TestClass]
public sealed class AssemblyPagesTests
{
    private const string Addresses = "10000000-10200000";

    [TestMethod]
    [DataRow($"{Addresses} r-xp 00001000 fe:00 1234                       /usr/lib/An Assembly.dll", DisplayName = "code")]
    [DataRow($"{Addresses} r--s 00000000 fe:00 1234                       /usr/lib/An Assembly.dll", DisplayName = "the file")]
    public void Parse_WhatIsReadOfAnAssembly_IsTaken(string line)
    {
        var mapping = AssemblyPages.Parse(line);

        Assert.AreEqual((new AssemblyPages.Range(0x10000000, 0x10200000), "/usr/lib/An Assembly.dll"), mapping);
    }

    [TestMethod]
    [DataRow($"{Addresses} rw-p 00001000 fe:00 1234 /usr/lib/Some.dll", DisplayName = "data of an assembly")]
    [DataRow($"{Addresses} rwxp 00001000 fe:00 1234 /usr/lib/Some.dll", DisplayName = "code that may be written to")]
    [DataRow($"{Addresses} r-xp 00001000 fe:00 1234 /usr/lib/libc.so.6", DisplayName = "a native library")]
    [DataRow($"{Addresses} r-xp 00001000 fe:00 1234 /usr/lib/Some.dll (deleted)", DisplayName = "a file that was replaced")]
    [DataRow($"{Addresses} rw-p 00000000 00:00 0 ", DisplayName = "anonymous memory")]
    [DataRow($"{Addresses} rw-p 00000000 00:00 0                          [stack]", DisplayName = "the stack")]
    public void Parse_AnythingElse_IsLeft(string line) => Assert.IsNull(AssemblyPages.Parse(line));

    [TestMethod]
    public void Release_OfWhatWasThereBefore_GivesPagesBackAndLeavesTheProcessWorking()
    {
        var pages = new AssemblyPages(TimeProvider.System);
        pages.Release();
        long before = PagesOfFiles();

        pages.Release();

        Assert.IsLessThan(before, PagesOfFiles());
        Assert.AreEqual("[1,2,3]", JsonSerializer.Serialize(new[] { 1, 2, 3 }));
    }

    private static long PagesOfFiles() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[2], CultureInfo.InvariantCulture);
}
