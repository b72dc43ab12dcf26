using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Tests.Invoices;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

[TestClass]
public sealed class FanOutTests
{
    [TestMethod]
    public async Task Events_OfACustomer_BecomeOneMailEachInTheirLanguage()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.BillToAsync(ann.Id, "FR", language: "fr");
        await plane.HappenAsync("quota_warning", ann.Id, """{"percent": 80, "measure": "bytes", "proxyUser": null}""");
        await plane.HappenAsync("trial_ending", ann.Id, """{"plan": "Personal", "endsOn": "2026-12-01", "price": "29.00 EUR"}""");
        await plane.HappenAsync("something_new", ann.Id, "{}");

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => plane.FanOutAsync()));

        Assert.AreEqual(3, reports.Sum(report => int.Parse(report.Done.Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.AreEqual("0 events told of", (await plane.FanOutAsync()).Done);
        CollectionAssert.AreEquivalent(new[] { "80 % de votre trafic est utilisé", "Votre essai se termine le 2026-12-01" },
            (await plane.OutboxAsync()).Select(mail => mail.Subject).ToArray());
        Assert.IsTrue((await plane.OutboxAsync()).All(mail => mail.Recipient == "ann@example.com" && mail.CustomerId == ann.Id));
    }

    [TestMethod]
    public async Task Events_OfTheStaff_BecomeAMailToEachOwner()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (var (email, role) in new[] { ("owner1@example.com", Roles.Owner), ("owner2@example.com", Roles.Owner),
            ("support@example.com", Roles.Support) })
            Assert.IsTrue((await plane.AskAsync((CreateStaffUser create) =>
                create.ExecuteAsync(new(email, "correct horse battery", role), default))).IsSuccess);
        await plane.HappenAsync("provider_drift", null,
            """{"provider": "acme", "driftPercent": 4.5, "again": false, "days": [1]}""");

        await plane.FanOutAsync();

        var mails = await plane.OutboxAsync();
        CollectionAssert.AreEquivalent(new[] { "owner1@example.com", "owner2@example.com" }, mails.Select(mail => mail.Recipient)
            .ToArray());
        Assert.AreEqual("[Alert] A provider's count and ours are too far apart", mails[0].Subject);
        Assert.AreEqual(2, await plane.Database.ScalarAsync<long>(
            """
            select count(*) from mails
            where text_body like all ('{%provider: acme%,%driftPercent: 4.5%,%again: False%,%days: [1]%}')
            """));
    }

    [TestMethod]
    public async Task Invoice_PaidInTheSameBreath_IsToldOfByItsReceiptAlone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.FillWalletAsync(ann.Id, 1000);
        await plane.PayAsync(await plane.InvoiceAsync(ann.Id));

        await plane.FanOutAsync();

        Assert.AreEqual("Receipt for 10.00 EUR, invoice 2026-000001", (await plane.OnlyMailAsync()).Subject);
    }

    [TestMethod]
    public async Task Events_OfARemovedCustomer_AreToldToNobody()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await plane.HappenAsync("quota_exhausted", ann.Id, """{"measure": "bytes"}""");
        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(ann.Id), default));

        Assert.AreEqual("1 events told of", (await plane.FanOutAsync()).Done);
        Assert.IsEmpty(await plane.OutboxAsync());
    }
}
