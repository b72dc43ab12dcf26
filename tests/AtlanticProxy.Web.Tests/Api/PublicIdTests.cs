using System.Text.Json;
using AtlanticProxy.Web.Api;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class PublicIdTests
{
    [TestMethod]
    public void Id_Written_IsReadAgain_AndByItsKindAlone()
    {
        var random = new Random(7);
        foreach (long value in Enumerable.Range(0, 1000).Select(_ => random.NextInt64(1, long.MaxValue)).Append(long.MaxValue))
        {
            var id = new PublicId<OfCustomer>(value);
            Assert.IsTrue(PublicId<OfCustomer>.TryParse($"{id}", null, out var same));
            Assert.AreEqual(id, same);
            Assert.IsFalse(PublicId<OfProxyUser>.TryParse($"{id}", null, out _));
            Assert.AreEqual(id, JsonSerializer.Deserialize<PublicId<OfCustomer>>(JsonSerializer.Serialize(id)));
        }
    }

    [TestMethod]
    [DataRow(null), DataRow(""), DataRow("7"), DataRow("cus_"), DataRow("cus_0"), DataRow("cus_07"), DataRow("cus_-7")]
    [DataRow("cus_+7"), DataRow("cus_7 "), DataRow("CUS_7"), DataRow("cus_9223372036854775808"), DataRow("pu_7")]
    [DataRow("cus_٧")]
    public void Text_ThatIsNoId_IsNone(string? text) => Assert.IsFalse(PublicId<OfCustomer>.TryParse(text, null, out _));

    [TestMethod]
    public void Prefixes_OfAllKinds_Differ()
    {
        string[] prefixes = [.. typeof(IIdKind).Assembly.GetTypes()
            .Where(type => type.IsValueType && type.IsAssignableTo(typeof(IIdKind)))
            .Select(type => (string)type.GetProperty(nameof(IIdKind.Prefix))!.GetValue(null)!)];
        Assert.IsGreaterThan(5, prefixes.Length);
        CollectionAssert.AllItemsAreUnique(prefixes);
    }

    [TestMethod]
    [DataRow("2026-11-28T12:00:00Z", "2026-11-28T12:00:00Z"), DataRow("2026-11-28", "2026-11-28T00:00:00Z")]
    [DataRow("2026-11-28T12:00:00.25+02:00", "2026-11-28T10:00:00.25Z"), DataRow("2026-11-28T12:00:00", null)]
    [DataRow("28.11.2026", null), DataRow("2026-11-31", null), DataRow("", null), DataRow("2026-11-28 12:00:00Z", null)]
    public void Time_IsRfc3339_OrADay(string text, string? time) =>
        Assert.AreEqual(time, ApiTime.Parse(text) is { } read ? ApiTime.Of(read) : null);
}
