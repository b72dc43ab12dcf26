using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Business;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Features.Admin.Dashboard;
using AtlanticProxy.Web.Shell;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class DashboardTests
{
    private static readonly OpenMatters Quiet = new(0, 0, 0, 0, 0, 0);

    [TestMethod]
    [DataRow("Hour", "Last hour"), DataRow("Day", "24 hours"), DataRow("Month", "30 days"), DataRow("Year", "12 months")]
    [DataRow("nonsense", "24 hours")]
    public async Task Dashboard_OfEachRange_ShowsItsFigures(string range, string words)
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);

        var page = await owner.GetAsync($"/admin?range={range}");

        Assert.Contains($"aria-current=\"true\">{words}</a>", page.Body);
        Assert.Contains($"Traffic, {words.ToLowerInvariant()}", page.Text);
        Assert.Contains("<dt>Revenue</dt>", page.Body);
        Assert.Contains("data-live=\"speed\"", page.Body);
        Assert.AreEqual(range is "Month" or "Year", page.Text.Contains("Revenue and cost", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Support_SeesNoMoney()
    {
        var portal = await SeededPortal.SharedAsync();
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var page = await support.GetAsync("/admin?range=Month");

        foreach (string money in (string[])["<dt>Revenue</dt>", "<dt>Margin</dt>", "Revenue and cost", "<dt>Subscriptions</dt>"])
            Assert.DoesNotContain(money, page.Body);
    }

    [TestMethod]
    public void Needs_AreTheWorstFirst_AndFiveAtMost()
    {
        ProviderStatus Provider(ProviderCondition condition, string fault = "") =>
            new(1, "acme", condition, 0, 9, 9, TimeSpan.Zero, [], fault, null);
        string Of(IReadOnlyList<ProviderStatus> statuses, OpenMatters? money, int pastDue = 0) =>
            string.Join(" | ", Need.Of(StaffRights.Shipped(Roles.Owner)!, statuses, CertificateReport.None, money, pastDue)
                .Select(need => $"{need.Mood} {need.Words}"));

        Assert.AreEqual("", Of([Provider(ProviderCondition.Healthy), Provider(ProviderCondition.Degraded)], Quiet));
        Assert.AreEqual("bad The provider acme takes no connections: unreachable.",
            Of([Provider(ProviderCondition.Down, "unreachable")], null));
        Assert.AreEqual("bad The provider acme takes no connections: it is down.", Of([Provider(ProviderCondition.Down)], Quiet));
        Assert.AreEqual("bad The provider acme takes no connections: its traffic cap is reached.",
            Of([Provider(ProviderCondition.CapReached)], Quiet));
        Assert.AreEqual("bad The provider acme takes no connections: it rejects your account there. | "
            + "bad The nightly checks found 4 differences in the books. | bad 1 dispute waits for an answer. | "
            + "warn 2 payments fit no order. | warn A gateway and your books differ in 3 payments.",
            Of([Provider(ProviderCondition.RejectsUs)], new OpenMatters(2, 1, 3, 4, 5, 6), 7));
        Assert.AreEqual("warn 6 orders wait for a bank transfer. | warn 1 subscription is unpaid. | "
            + "warn 5 emails could not be delivered in the last day.",
            Of([], Quiet with { TransfersWaiting = 6, MailsGivenUp = 5 }, 1));
    }

    [TestMethod]
    public void Certificate_ThatFails_IsANeed() => Assert.AreEqual("It expires tomorrow.",
        Need.Of(StaffRights.Shipped(Roles.Owner)!, [],
            CertificateReport.None with { IsWell = false, Verdict = "It expires tomorrow." }, Quiet, 0)
            .Single().Words.ToString());

    [TestMethod]
    public void MoneyChart_OfMoreThanAQuarter_IsByMonth()
    {
        var first = new DateOnly(2026, 1, 1);
        IReadOnlyList<BusinessDay> Days(int count) =>
            [.. Enumerable.Range(0, count).Select(day => new BusinessDay(first.AddDays(day), 10, 1))];

        Assert.HasCount(92, new MoneyChart(Days(92), "USD").Points);
        Assert.AreEqual("310 280 310 30",
            string.Join(' ', new MoneyChart(Days(93), "USD").Points.Select(point => point.Revenue)));
    }

    [TestMethod]
    [DataRow(0L, "0 bit/s"), DataRow(999L, "999 bit/s"), DataRow(12_440L, "12.4 kbit/s"), DataRow(999_999_999L, "999 Mbit/s")]
    [DataRow(1_234_000_000L, "1.23 Gbit/s")]
    public void Speed_HasThreeDigits_Cut(long bits, string words) => Assert.AreEqual(words, Format.Speed(bits));
}
