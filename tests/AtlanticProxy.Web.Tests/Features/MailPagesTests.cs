using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class MailPagesTests
{
    private const string Server = "/admin/settings/mail/server", Welcome = "/admin/settings/mail/templates/Welcome/fr";

    [TestMethod]
    public async Task Server_SetAndTested_KeepsItsPasswordToItself()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("Set the mail server first.",
            (await owner.PostAsync($"{Server}/test", new() { ["Recipient"] = "ann@test.example" })).Text);
        Dictionary<string, string> form = new()
        {
            ["Host"] = "127.0.0.1", ["Port"] = "9", ["Security"] = "Tls", ["Username"] = "<me>", ["Password"] = "hush-hush-hush",
            ["SenderAddress"] = "mail@test.example",
        };

        var saved = await owner.FollowAsync(await owner.PostAsync(Server, form));

        Assert.Contains("&lt;me&gt;", saved.Body);
        Assert.DoesNotContain("hush", saved.Body);
        Assert.AreEqual(HttpStatusCode.Conflict,
            (await owner.PostAsync($"{Server}/test", new() { ["Recipient"] = "ann@test.example" })).Status,
            "nobody listens there");
        Assert.Contains("id=\"Recipient-error\"", (await owner.PostAsync($"{Server}/test", new() { ["Recipient"] = "x" })).Body);
        foreach (var (field, value) in new[] { ("Host", "no host"), ("Port", "0"), ("SenderAddress", "me"),
            ("Security", "None") })
        {
            var refused = await owner.PostAsync(Server, new(form) { [field] = value });
            Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status, field);
            Assert.Contains($"id=\"{field}-error\"", refused.Body);
            Assert.DoesNotContain("hush", refused.Body);
        }
    }

    [TestMethod]
    public async Task Template_PreviewedSavedAndReset()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("These are our words.", (await owner.GetAsync(Welcome)).Text);

        var unknown = await owner.PostAsync(Welcome, new() { ["Subject"] = "Salut {{ nobody }}", ["Text"] = "Bonjour" });
        Assert.AreEqual(HttpStatusCode.BadRequest, unknown.Status);
        Assert.Contains("id=\"Subject-error\"", unknown.Body);
        var preview = await owner.PostAsync(Welcome,
            new() { ["Subject"] = "Salut {{ name }}", ["Text"] = "<b>Bonjour</b> {{ brand }}", ["preview"] = "true" });
        Assert.Contains("Salut Ann Miller", preview.Text);
        Assert.Contains("&lt;b&gt;Bonjour&lt;/b&gt; AtlanticProxy", preview.Body);
        Assert.Contains("These are our words.", preview.Text, "nothing is saved yet");

        var saved = await owner.FollowAsync(await owner.PostAsync(Welcome,
            new() { ["Subject"] = "Salut {{ name }}", ["Text"] = "Bonjour {{ brand }}" }));
        Assert.Contains("These are your words.", saved.Text);
        var html = await owner.GetAsync($"{Welcome}/html");
        Assert.Contains("Bonjour AtlanticProxy", html.Text);
        Assert.Contains("sandbox", string.Join(';', html.Response.Headers.GetValues("Content-Security-Policy")));
        Assert.Contains("These are our words.", (await owner.FollowAsync(await owner.PostAsync($"{Welcome}/reset"))).Text);
        foreach (string missing in new[] { "Nothing/fr", "Welcome/de" })
            Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync($"/admin/settings/mail/templates/{missing}")).Status);
    }

    [TestMethod]
    public async Task Outbox_FailedMail_IsSentAgainBySupport()
    {
        var portal = await SeededPortal.SharedAsync();
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        long id = await portal.Portal.Database.ScalarAsync<long>("""
            insert into mails (key, template, recipient, subject, text_body, html_body, state, attempts, next_try_at, give_up_at,
                answer, message_id, created_at)
            values ('outbox-test', 'welcome', 'outbox@test.example', '<b>Hello</b>', 'Hello', 'Hello', 'failed', 2, now(), now(),
                '550 <no>', 'outbox-test@test.example', now()) returning id
            """);
        const string Search = "/admin/settings/mail?search=outbox@test.example";
        var failed = await support.GetAsync($"{Search}&state=Failed");
        Assert.Contains("&lt;b&gt;Hello", failed.Body);
        Assert.Contains("550 &lt;no&gt;", failed.Body);

        await support.FollowAsync(await support.PostAsync($"/admin/settings/mail/{id}/resend"));

        Assert.Contains("Queued", (await support.GetAsync($"{Search}&state=Queued")).Text);
        Assert.AreEqual(HttpStatusCode.Conflict, (await support.PostAsync($"/admin/settings/mail/{id}/resend")).Status);
        Assert.DoesNotContain("/admin/settings/mail/server", (await support.GetAsync(Search)).Body);
    }
}
