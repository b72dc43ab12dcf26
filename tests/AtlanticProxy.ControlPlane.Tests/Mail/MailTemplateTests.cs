using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.ControlPlane.Tests.Mail;

[TestClass]
public sealed class MailTemplateTests
{
    private static async Task<string> SetAsync(
        ControlPlaneTest plane, MailText? text, MailTemplate template = MailTemplate.DepositRefunded, string language = "en")
    {
        var set = await plane.AskAsync((SetMailTemplate command) => command.ExecuteAsync(new(template, language, text), default));
        return set.IsSuccess ? $"{set.Value}" : set.Codes();
    }

    private static Task<Result<RenderedMail>> PreviewAsync(
        ControlPlaneTest plane, MailTemplate template = MailTemplate.DepositRefunded, MailText? text = null,
            string language = "en") =>
        plane.AskAsync((PreviewMail preview) => preview.ExecuteAsync(new(template, language, text), default));

    [TestMethod]
    public async Task Defaults_EveryOneInEachLanguage_NamesOnlyWhatThereIs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.AskAsync((SetBrand brand) => brand.ExecuteAsync(new("Hansa"), default));
        var all = await plane.AskAsync((MailTemplates templates) => templates.ListAsync(default));

        Assert.HasCount(42, all);
        foreach (var (template, language, text, isOwn) in all)
        {
            var mail = (await PreviewAsync(plane, template, text, language)).Value; // strict: an unknown name is refused
            Assert.IsTrue(mail.Subject.Length is > 5 and < 90, mail.Subject);
            Assert.IsFalse(mail.Text.Contains("{{", StringComparison.Ordinal)
                || mail.Html.Contains("{{", StringComparison.Ordinal));
            StringAssert.Contains(mail.Html, $"<html lang=\"{language}\">");
            StringAssert.Contains(mail.Html, "Hansa");
            Assert.IsFalse(isOwn);
        }
    }

    [TestMethod]
    [DataRow(MailTemplate.Welcome, "Your proxies are ready")]
    [DataRow(MailTemplate.Quota80, "80% of your traffic is used")]
    [DataRow(MailTemplate.PaymentFailed, "Payment failed: add a card by 2026-12-01 to keep Personal")]
    [DataRow(MailTemplate.Receipt, "Receipt for 29.00 USD, invoice 2026-000142")]
    [DataRow(MailTemplate.NewSignIn, "New sign-in with Firefox on Windows")]
    [DataRow(MailTemplate.StaffAlarm, "[Alert] acme is down")]
    public async Task Defaults_Subjects_AreTheProducts(MailTemplate template, string subject)
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual(subject, (await PreviewAsync(plane, template)).Value.Subject);
    }

    [TestMethod]
    public async Task Template_Set_IsWhatIsSentUntilItIsRemoved()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        await plane.MailThroughAsync(server.Port);
        var own = new MailText("{{ event.amount }} back", "Hi {{ name }}", "<b>{{ name }}</b>");

        Assert.AreEqual(("True", "False", "True"),
            (await SetAsync(plane, own), await SetAsync(plane, own), await SetAsync(plane, own with { Html = null })));
        await SetAsync(plane, own);
        await plane.AskAsync((MailBook book) =>
            book.WriteAsync(new MailOrder("1", MailTemplate.DepositRefunded, "ann@example.com",
            "Ann <b>", "en", new Dictionary<string, object?> { ["amount"] = "5.00 EUR\r\nBcc: eve@example.com" }), default));
        Assert.AreEqual(("True", "False"), (await SetAsync(plane, null), await SetAsync(plane, null)));
        await plane.WriteAsync("2");
        await plane.SendAsync();

        var mails = server.Received.ToArray();
        Assert.AreEqual("5.00 EUR Bcc: eve@example.com back", mails[0].Subject, "a value begins no header");
        Assert.IsEmpty(mails[0].Bcc);
        Assert.AreEqual(("Hi Ann <b>", "<b>Ann &lt;b&gt;</b>"), (mails[0].TextBody!.Trim(), mails[0].HtmlBody!.Trim()));
        Assert.AreEqual("Your deposit of 5.00 EUR is on its way back", mails[1].Subject);
    }

    [TestMethod]
    public async Task Template_Wrong_IsRefusedWithWords()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var right = new MailText("s", "t");

        Assert.AreEqual("mail.template_invalid@Text", await SetAsync(plane, right with { Text = "{% if %}" }));
        Assert.AreEqual("mail.template_invalid@Subject", await SetAsync(plane, right with { Subject = "{{ event.ammount }}" }));
        Assert.AreEqual("mail.template_invalid@Html", await SetAsync(plane, right with { Html = "{{ name | nosuchfilter }}" }));
        Assert.AreEqual("mail.template_invalid@Text",
            await SetAsync(plane, right with { Text = "{% for i in (1..1000000) %}x{% endfor %}" }), "a bounded number of steps");
        Assert.AreEqual("mail.template_invalid@Text", await SetAsync(plane, right with { Text = "{% include 'other' %}" }));
        Assert.AreEqual("mail.subject_invalid@Subject", await SetAsync(plane, right with { Subject = " " }));
        Assert.AreEqual("mail.text_invalid@Text", await SetAsync(plane, right with { Text = new string('x', 20_001) }));
        Assert.AreEqual("mail.html_invalid@Html", await SetAsync(plane, right with { Html = new string('x', 100_001) }));
        Assert.AreEqual("mail.language_unknown@Language", await SetAsync(plane, right, language: "de"));
        StringAssert.Contains((await PreviewAsync(plane, text: right with { Text = "{{ event.ammount }}" })).Errors[0].Message,
            "something else than brand, name, email, portal, sender, event.amount.");
    }

    [TestMethod]
    public async Task Template_ThatFailsAllTheSame_GivesWayToOurs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.Database.ExecuteAsync("""
            insert into mail_templates values ('deposit_refunded', 'en', 's', '{% for i in (1..1000000) %}x{% endfor %}', null,
                now())
            """);

        await plane.AskAsync((MailBook book) =>
            book.WriteAsync(new MailOrder("1", MailTemplate.DepositRefunded, "ann@example.com",
            "Ann", "xx", new Dictionary<string, object?> { ["amount"] = "5.00 EUR" }), default));

        StringAssert.Contains((await plane.OnlyMailAsync()).Subject, "on its way back");
    }

    [TestMethod]
    public async Task Html_OfAText_HasItsLinksAndNoMarkupOfValues()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var text = new MailText("s", "Hello <b>\n\nhttps://x.test/a?b=1&c=2\n\njavascript:alert(1)");

        string html = (await PreviewAsync(plane, text: text)).Value.Html;

        StringAssert.Contains(html, "Hello &lt;b&gt;");
        StringAssert.Contains(html, "href=\"https://x.test/a?b=1&amp;c=2\"");
        Assert.IsFalse(html.Contains("href=\"javascript", StringComparison.Ordinal));
    }
}
