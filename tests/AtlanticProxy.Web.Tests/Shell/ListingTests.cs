using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Tests.Shell;

[TestClass]
public sealed class ListingTests
{
    [TestMethod]
    [DataRow(1, 1, "1")]
    [DataRow(1, 5, "1 2 3 … 5")]
    [DataRow(3, 5, "1 2 3 4 5")]
    [DataRow(1, 20, "1 2 3 … 20")]
    [DataRow(10, 20, "1 … 8 9 10 11 12 … 20")]
    [DataRow(20, 20, "1 … 18 19 20")]
    [DataRow(30, 20, "1 … 20")]
    public void Pages_AreTheFirstTheLastAndThoseAround(int number, int pages, string expected)
    {
        var listing = new Listing("/x", null, number, 10, pages * 10, "Search");

        Assert.AreEqual(expected, string.Join(' ', listing.Pages.Select(page => page is { } named ? $"{named}" : "…")));
    }

    [TestMethod]
    public void Hrefs_KeepSearchFiltersDaysAndSort()
    {
        var listing = new Listing("/x", "a b&c", 1, 10, 30, "Search")
        {
            Filters = [new ListFilter("state", "State", "Open", []), new ListFilter("plan", "Plan", "", [])],
            Days = [new ListDay("from", "From", new DateOnly(2026, 11, 2)), new ListDay("to", "To", null)],
            Kept = [("customer", "7"), ("id", "")],
            Sort = "name", CsvPath = "/x/csv",
        };

        const string Kept = "search=a%20b%26c&state=Open&from=2026-11-02&customer=7";
        Assert.AreEqual($"/x?{Kept}&sort=name&page=2", listing.PageHref(2));
        Assert.AreEqual($"/x?{Kept}&sort=-name", listing.SortHref("name"));
        Assert.AreEqual($"/x?{Kept}&sort=since", listing.SortHref("since"));
        Assert.AreEqual($"/x/csv?{Kept}&sort=name", listing.CsvHref);
        Assert.IsTrue(listing.IsNarrowed);
        Assert.AreEqual("/x?sort=name", new Listing("/x", null, 1, 10, 30, "Search").SortHref("name"));
        Assert.IsFalse(new Listing("/x", null, 1, 10, 30, "Search") { Sort = "name" }.IsNarrowed);
    }
}
