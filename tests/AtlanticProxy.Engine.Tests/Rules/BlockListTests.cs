using System.Text;
using AtlanticProxy.Engine.Admission.Rules;

namespace AtlanticProxy.Engine.Tests.Rules;

[TestClass]
public sealed class BlockListTests
{
    [TestMethod]
    public void Read_HostsFile_TakesSinkedNamesAndCountsTheRest()
    {
        var names = Read("""
            # A hosts file
            127.0.0.1 localhost
            ::1 localhost ip6-localhost
            0.0.0.0 ads.example.com
            0.0.0.0	tracker.example.com   pixel.example.com # two
            127.0.0.1 Upper.Example.NET
            :: v6.example.net
            192.168.1.10 nas.example.org
            0.0.0.0
            just-a-word

            """, out int skipped);
        Assert.AreEqual(5, names.Count);
        Assert.AreEqual(5, skipped);
        foreach (string name in new[] { "ads.example.com", "tracker.example.com", "pixel.example.com", "upper.example.net",
            "v6.example.net" })
            Assert.IsFalse(names.Match(name).IsEmpty, name);
        Assert.IsTrue(names.Match("www.ads.example.com").IsEmpty);
        Assert.IsTrue(names.Match("nas.example.org").IsEmpty);
    }

    [TestMethod]
    public void Read_AdblockList_TakesWholeDomainsAndCountsTheRest()
    {
        var names = Read("""
            [Adblock Plus 2.0]
            ! Title: a list
            ||ads.example.com^
            ||strong.example.com^$important
            ||third.example.com^$third-party
            ||path.example.com/banner
            ||wild.*.example.com^
            @@||good.example.com^
            example.com##.banner
            /regex/
            ##.ad
            """, out int skipped);
        Assert.AreEqual(2, names.Count);
        Assert.AreEqual(6, skipped);
        Assert.AreEqual("ads.example.com", names.Match("deep.ads.example.com").ToString());
        Assert.IsFalse(names.Match("strong.example.com").IsEmpty);
        Assert.IsTrue(names.Match("third.example.com").IsEmpty);
    }

    [TestMethod]
    public void Read_Garbage_NeverFails()
    {
        var random = new Random(1);
        string alphabet = "|^$#!@.:/* \tabc019-_\u00e9\0[]";
        for (int round = 0; round < 20_000; round++)
        {
            var line = new StringBuilder(random.Next(2) == 0 ? "||" : "0.0.0.0 ");
            for (int i = random.Next(40); i > 0; i--)
                line.Append(alphabet[random.Next(alphabet.Length)]);
            Read(line.ToString(), out int skipped);
            Assert.IsTrue(skipped is 0 or 1);
        }
        Read("||" + new string('a', 100_000) + "^\n", out int overlong);
        Assert.AreEqual(1, overlong);
    }

    [TestMethod]
    public void Load_Folder_ReadsEveryCategory()
    {
        string folder = Directory.CreateTempSubdirectory("atlantic-lists-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "ads"));
            Directory.CreateDirectory(Path.Combine(folder, "malware"));
            File.WriteAllText(Path.Combine(folder, "ads", "one.txt"), "0.0.0.0 a.example.com\n");
            File.WriteAllText(Path.Combine(folder, "ads", "two.txt"), "||b.example.com^\nnonsense\n");
            var lists = BlockListCatalogue.Load(folder);
            CollectionAssert.AreEqual(new[] { "ads", "malware" }, lists.Reports.Select(report => report.Category).ToArray());
            Assert.AreEqual(2, lists.Reports[0].Names);
            Assert.AreEqual(1, lists.Reports[0].SkippedLines);
            Assert.IsFalse(lists.Find("ads")!.Match("www.b.example.com").IsEmpty);
            Assert.IsNull(lists.Find("gambling"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        Assert.IsEmpty(BlockListCatalogue.Load(folder).Reports);
    }

    private static DomainSet Read(string list, out int skipped)
    {
        var builder = new DomainSet.Builder();
        skipped = BlockListParser.Read(new StringReader(list), builder);
        return builder.Build();
    }
}
