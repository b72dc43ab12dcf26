using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Lists;

[TestClass]
public sealed class PageRequestTests
{
    [TestMethod]
    [DataRow(1, 0, 0, DisplayName = "an empty list")]
    [DataRow(1, 9, 9, DisplayName = "it ends on the first page")]
    [DataRow(3, 9, 29, DisplayName = "it ends on a later page")]
    [DataRow(1, 10, null, DisplayName = "a full page may be followed by another")]
    [DataRow(3, 0, null, DisplayName = "the page is behind the end")]
    public void TotalBy_IsTold_WhereTheListEndsOnThePage(int number, int items, int? total) =>
        Assert.AreEqual(total, new PageRequest(number, 10).TotalBy(items));
}
