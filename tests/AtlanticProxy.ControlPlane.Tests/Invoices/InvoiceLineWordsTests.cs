using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

/// <summary>What lines of papers say in each of their languages.</summary>
[TestClass]
public sealed class InvoiceLineWordsTests
{
    private static readonly DateTimeOffset From = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero), Until = From.AddDays(30);

    [TestMethod]
    [DataRow("en", """
        Personal
        Personal, 2026-11-30 to 2026-12-30
        Personal: more proxy users
        Personal: 3 more proxy users to 2026-12-30
        By the hour: 2 hours
        By the GB: 10 GB
        By the hour: 1.5 hours at 1.20 EUR an hour, 2026-11
        By the GB: 2.346 GB at 1.00 EUR a GB, 2026-11
        Coupon BACK-10
        """)]
    [DataRow("fr", """
        Personal
        Personal, du 2026-11-30 au 2026-12-30
        Personal : utilisateurs proxy supplémentaires
        Personal : 3 utilisateurs proxy supplémentaires jusqu'au 2026-12-30
        By the hour : 2 heures
        By the GB : 10 Go
        By the hour : 1.5 heures à 1.20 EUR l'heure, 2026-11
        By the GB : 2.346 Go à 1.00 EUR le Go, 2026-11
        Code promo BACK-10
        """)]
    public void Lines_AreInThePapersLanguage(string language, string expected)
    {
        var words = InvoiceLineWords.In(language);
        string[] said =
        [
            words.Period("Personal", null, null), words.Period("Personal", From, Until), words.Seats("Personal"),
            words.SeatsUntil("Personal", 3, Until), words.Package("By the hour", 120, PlanKind.Hourly),
            words.Package("By the GB", 10 * DataSize.BytesPerGb, PlanKind.PerGb),
            words.Used("By the hour", UsageMeasure.Minutes, 1.5m, new Money(120, "EUR"), new DateOnly(2026, 11, 1)),
            words.Used("By the GB", UsageMeasure.Bytes, 2.346m, new Money(100, "EUR"), new DateOnly(2026, 11, 1)),
            words.Coupon("BACK-10"),
        ];

        Assert.AreEqual(expected, string.Join('\n', said).Replace('\u00a0', ' '));
    }
}
