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
        Assert.AreEqual(5, skipped);
        Assert.AreEqual("ads.example.com", names.Match("deep.ads.example.com").ToString());
        Assert.IsFalse(names.Match("strong.example.com").IsEmpty);
        Assert.IsTrue(names.Match("third.example.com").IsEmpty);
    }

    [TestMethod]
    [DataRow("||a.example^$all", true), DataRow("||a.example^$important,all", true)]
    [DataRow("||a.example^$ALL,Important", true), DataRow("||a.example^$all,third-party", false)]
    [DataRow("||a.example^$", false), DataRow("||a.example^$all,", false), DataRow("||a.example^all", false)]
    [DataRow("||a.example^$domain=b.example", false), DataRow("||a.example^$~all", false)]
    public void Read_Options_BlockWhenTheyAreNoCondition(string rule, bool blocks)
    {
        var names = Read(rule, out int skipped);
        Assert.AreEqual(blocks, !names.Match("www.a.example").IsEmpty);
        Assert.AreEqual(blocks ? 0 : 1, skipped);
    }

    [TestMethod]
    [DataRow("@@||good.a.example^", "a.example", true), DataRow("@@||good.a.example^", "good.a.example", false)]
    [DataRow("@@||good.a.example^", "very.good.a.example", false), DataRow("@@||good.a.example^", "notgood.a.example", true)]
    [DataRow("@@||a.example^", "a.example", false), DataRow("@@||example.net^", "a.example", true)]
    [DataRow("@@||good.a.example^$third-party", "good.a.example", true)]
    [DataRow("@@||good.a.example^$all", "good.a.example", false), DataRow("@@0.0.0.0 a.example", "a.example", true)]
    [DataRow("@@||b.example^", "b.example", true), DataRow("@@||b.example^$important", "b.example", false)]
    [DataRow("@@||good.a.example^$important", "good.a.example", false)]
    public void Exception_TakesBackItsNameAndAllBelowButNoImportantRule(string exception, string host, bool blocked)
    {
        foreach (string list in (string[])[$"{exception}\n||a.example^\n||b.example^$important\n",
            $"0.0.0.0 a.example\n||a.example^\n||b.example^$important\n||b.example^\n{exception}\n"])
            Assert.AreEqual(blocked, !Read(list, out _).Match(host).IsEmpty, list);
    }

    [TestMethod]
    public void Exception_CountsForItsOwnListOnly()
    {
        var category = new BlockListCategory.Builder();
        category.Add(List("||a.example^\n@@||good.a.example^\n", out _));
        Assert.IsTrue(category.Build().Match("good.a.example").IsEmpty);
        category.Add(List("0.0.0.0 good.a.example\n", out _));
        category.Add(List("||c.example^\n@@||a.example^\n", out _));
        var built = category.Build();
        Assert.AreEqual("good.a.example", built.Match("good.a.example").ToString());
        Assert.AreEqual("a.example", built.Match("www.a.example").ToString());
        Assert.AreEqual("c.example", built.Match("c.example").ToString());
        Assert.AreEqual(3, built.Count);
        Assert.IsGreaterThan(0, built.Bytes);
    }

    [TestMethod]
    public void Names_OfListsWithoutExceptions_TakeTheMemoryOfOneSet()
    {
        var (one, two) = (new BlockListCategory.Builder(), new BlockListCategory.Builder());
        string names = string.Concat(Enumerable.Range(0, 1000).Select(i => $"||n{i}.example^\n"));
        one.Add(List(names, out _));
        two.Add(List(names, out _));
        two.Add(List(names, out _));
        Assert.AreEqual((1000, one.Build().Bytes), (two.Build().Count, two.Build().Bytes));
    }

    [TestMethod]
    public void Read_Garbage_NeverFails()
    {
        var random = new Random(1);
        string[] starts = ["||", "@@||", "0.0.0.0 "];
        string alphabet = "|^$#!@.:/* \tabc019-_\u00e9\0[]";
        for (int round = 0; round < 20_000; round++)
        {
            var line = new StringBuilder(starts[random.Next(starts.Length)]);
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

    private static BlockListCategory Read(string list, out int skipped)
    {
        var category = new BlockListCategory.Builder();
        category.Add(List(list, out skipped));
        return category.Build();
    }

    private static BlockList List(string text, out int skipped)
    {
        var list = new BlockList();
        skipped = BlockListParser.Read(new StringReader(text), list);
        return list;
    }
}
