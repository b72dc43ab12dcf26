using System.Globalization;
using AtlanticProxy.ControlPlane.Backups;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Backups;

[TestClass]
public sealed class BackupKeptTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static readonly Arbitrary<(DateTimeOffset[] Made, BackupKept Kept)> Cases = (
        from hours in Gen.ListOf(Gen.Choose(0, 24 * 800))
        from daily in Gen.Choose(1, 9)
        from weekly in Gen.Choose(0, 6)
        from monthly in Gen.Choose(0, 14)
        select (hours.Select(each => Now.AddHours(-each)).ToArray(), new BackupKept(daily, weekly, monthly))).ToArbitrary();

    [TestMethod]
    public void Kept_AfterTwoYearsOfNights_AreSevenDaysFourWeeksAndTwelveMonths()
    {
        var newest = new DateTimeOffset(2026, 11, 30, 2, 30, 0, TimeSpan.Zero);
        var nights = Enumerable.Range(0, 730).Select(day => newest.AddDays(-day));

        var kept = new BackupKept(7, 4, 12).Of(nights, Now).Order()
            .Select(each => each.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

        Assert.AreEqual(
            "2025-12-31 2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30 2026-07-31 2026-08-31 2026-09-30 "
                + "2026-10-31 2026-11-15 2026-11-22 2026-11-24 2026-11-25 2026-11-26 2026-11-27 2026-11-28 2026-11-29 2026-11-30",
            string.Join(' ', kept));
    }

    [TestMethod]
    public void Kept_OfAnyBackups_HasTheNewestAndAllOfTheLastDayAndNoOthers() => Prop.ForAll(Cases, each =>
    {
        var kept = each.Kept.Of(each.Made, Now);
        return kept.IsSubsetOf(each.Made)
            && (each.Made is [] || kept.Contains(each.Made.Max()))
            && each.Made.Where(made => made > Now - BackupKept.All).All(kept.Contains)
            && kept.Count(made => made <= Now - BackupKept.All)
                <= each.Kept.Daily + each.Kept.Weekly + each.Kept.Monthly;
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Kept_OfWhatWasKept_IsAllOfIt() => Prop.ForAll(Cases, each =>
    {
        var kept = each.Kept.Of(each.Made, Now);
        return each.Kept.Of(kept, Now).SetEquals(kept);
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Kept_WithLargerNumbers_AreNoFewer() => Prop.ForAll(Cases, each =>
        each.Kept.Of(each.Made, Now).IsSubsetOf(
            new BackupKept(each.Kept.Daily + 1, each.Kept.Weekly + 1, each.Kept.Monthly + 1).Of(each.Made, Now)))
        .QuickCheckThrowOnFailure();
}
