using System.Globalization;
using AtlanticProxy.Engine.Admission.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Rules;

[TestClass]
public sealed class DomainSetTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("example.com", "example.com")]
    [DataRow("a.b.example.com", "example.com")]
    [DataRow("only.example.org", "only.example.org")]
    [DataRow("sub.only.example.org", "")]
    [DataRow("example.org", "")]
    [DataRow("notexample.com", "")]
    [DataRow("com", "")]
    [DataRow("", "")]
    public void Match_SuffixWithAllBelow_ExactAlone(string host, string matched)
    {
        var builder = new DomainSet.Builder();
        Assert.IsTrue(builder.Add("Example.COM.", withSubdomains: true));
        Assert.IsTrue(builder.Add("only.example.org", withSubdomains: false));
        Assert.AreEqual(matched, builder.Build().Match(host).ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(".")]
    [DataRow("localhost")]
    [DataRow("a..b")]
    [DataRow(".example.com")]
    [DataRow("exa mple.com")]
    [DataRow("b\u00fccher.example")]
    [DataRow("*.example.com")]
    [DataRow("1234567890123456789012345678901234567890123456789012345678901234.com")]
    public void Add_NoName_IsRefused(string name) => Assert.IsFalse(new DomainSet.Builder().Add(name, withSubdomains: true));

    /// <summary>Against the plain rule on strings, over small names so that many are suffixes of each other.</summary>
    [TestMethod]
    public void Match_AnyNames_AgreesWithComparingStrings()
    {
        var label = Gen.Elements("a", "b", "ab", "c-1");
        var name = label.ListOf().Where(labels => labels.Count is >= 2 and <= 5).Select(labels => string.Join('.', labels));
        var case_ = Gen.Zip(Gen.Zip(name.ListOf(), name.ListOf()), name.ListOf());
        Prop.ForAll(case_.ToArbitrary(), input =>
        {
            var ((suffixes, exact), hosts) = input;
            var builder = new DomainSet.Builder();
            foreach (string suffix in suffixes)
                builder.Add(suffix, withSubdomains: true);
            foreach (string one in exact)
                builder.Add(one, withSubdomains: false);
            var set = builder.Build();
            return hosts.All(host => set.Match(host).IsEmpty
                == !(exact.Contains(host)
                    || suffixes.Any(suffix => host == suffix || host.EndsWith("." + suffix, StringComparison.Ordinal))));
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Build_HalfAMillionNames_TakesUnderNineBytesEach()
    {
        const int count = 500_000;
        var builder = new DomainSet.Builder();
        for (int i = 0; i < count; i++)
            Assert.IsTrue(builder.Add(Name(i), withSubdomains: i % 2 == 0));
        var set = builder.Build();
        Assert.AreEqual(count, set.Count);
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(double)set.Bytes / count:0.00} bytes a name"));
        Assert.IsLessThan(9 * count, set.Bytes);
        for (int i = 0; i < count; i += 97)
        {
            Assert.AreEqual(Name(i), set.Match(Name(i)).ToString());
            Assert.AreEqual(i % 2 == 0, !set.Match("www." + Name(i)).IsEmpty);
        }
        for (int i = count; i < 2 * count; i++)
            if (!set.Match(Name(i)).IsEmpty)
                Assert.Fail($"{Name(i)} is not in the set");
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"tracker{i}.ads-{i % 1000}.example");
}
