using AtlanticProxy.Web.Compat;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>GB of vendors and our bytes: never a byte off.</summary>
[TestClass]
public sealed class GigabyteUnitTests
{
    private static readonly GigabyteUnit[] Units = [new(GigabyteUnit.Decimal), new(GigabyteUnit.Binary)];

    [TestMethod]
    public void EachNumberOfBytes_ComesBack()
    {
        var random = new Random(17);
        foreach (var unit in Units)
            for (int i = 0; i < 20_000; i++)
            {
                long bytes = random.NextInt64() >> random.Next(63);
                bytes = Math.Min(bytes, long.MaxValue - 2 * unit.Bytes);
                Assert.AreEqual(bytes, unit.ToBytes(unit.Of(bytes)), $"{bytes} of {unit.Bytes}");
                Assert.AreEqual(unit.Of(bytes).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    unit.Of(unit.ToBytes(unit.Of(bytes))!.Value).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
    }

    [TestMethod]
    public void MoreBytes_AreMoreGigabytes()
    {
        var random = new Random(18);
        foreach (var unit in Units)
            for (int i = 0; i < 20_000; i++)
            {
                long bytes = random.NextInt64(1L << 50);
                Assert.IsGreaterThan(unit.Of(bytes), unit.Of(bytes + 1));
            }
    }

    [TestMethod]
    public void WholeGigabytes_AreExact()
    {
        foreach (var unit in Units)
            foreach (long whole in new[] { 0L, 1, 5, 1000, 1_000_000 })
            {
                Assert.AreEqual(whole * unit.Bytes, unit.ToBytes(whole));
                Assert.AreEqual(whole, unit.Of(whole * unit.Bytes));
            }
        Assert.AreEqual(100_000_000, Units[0].ToBytes(0.1m));
        Assert.AreEqual(107_374_182, Units[1].ToBytes(0.1m));
        Assert.AreEqual("5", Units[1].Of(5 * GigabyteUnit.Binary).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.AreEqual("1.25", Units[0].Of(1_250_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public void NoAmount_OrTooMuch_IsNone()
    {
        foreach (var unit in Units)
            foreach (decimal amount in new[] { -1m, -0.000_000_000_1m, long.MaxValue, decimal.MaxValue })
                Assert.IsNull(unit.ToBytes(amount));
    }

    [TestMethod]
    public void Setting_IsOneOfBoth()
    {
        Assert.AreEqual("",
            string.Join('\n', new DialectOptions { BytesPerGb = GigabyteUnit.Binary }.Validate("Compat:Webshare")));
        Assert.StartsWith("Compat:Webshare:BytesPerGb: 7 is neither",
            string.Join('\n', new DialectOptions { BytesPerGb = 7 }.Validate("Compat:Webshare")));
    }
}
