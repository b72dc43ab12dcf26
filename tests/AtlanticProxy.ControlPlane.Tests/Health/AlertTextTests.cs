using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Mail;

namespace AtlanticProxy.ControlPlane.Tests.Health;

[TestClass]
public sealed class AlertTextTests
{
    private static readonly AlertFacts Facts = new(
        AlertNews.Failure, HealthState.Unhealthy, "node-1", "disk", "3 MB are \"free\".",
        new(2026, 11, 30, 3, 4, 5, TimeSpan.Zero), "Acme", "https://acme.example/admin/health/checks/disk");

    [TestMethod]
    [DataRow(AlertNews.Failure, "disk is unhealthy on node-1")]
    [DataRow(AlertNews.Reminder, "disk is still unhealthy on node-1")]
    [DataRow(AlertNews.Restored, "disk has recovered on node-1")]
    public void Summary_SaysWhatAndWhere(object news, string summary) =>
        Assert.AreEqual(summary, AlertText.Summary(Facts with
        {
            News = (AlertNews)news,
            State = (AlertNews)news == AlertNews.Restored ? HealthState.Healthy : HealthState.Unhealthy,
        }));

    [TestMethod]
    public void Body_HasSinceWordsAndLink_AndNoEmptyLines()
    {
        Assert.AreEqual("""
            disk is unhealthy on node-1, since 2026-11-30 03:04:05Z.
            3 MB are "free".
            https://acme.example/admin/health/checks/disk
            """, AlertText.Body(Facts));
        Assert.AreEqual("disk is unhealthy on node-1, since 2026-11-30 03:04:05Z.",
            AlertText.Body(Facts with { Words = "", Link = "" }));
        Assert.AreEqual("Acme: disk is unhealthy on node-1", AlertText.Subject(Facts));
        Assert.HasCount(1024, AlertText.Summary(Facts with { Check = new string('x', 2000) }), "PagerDuty's limit");
    }

    [TestMethod]
    public void Restored_WhenItIsOnlyBetter_SaysSo() => Assert.AreEqual("disk has improved to degraded on node-1",
        AlertText.Summary(Facts with { News = AlertNews.Restored, State = HealthState.Degraded }));

    [TestMethod]
    public void Facts_OfALook_AreShort_AndNameTheirIncident()
    {
        var look = new CheckLook("node-1", "disk", HealthState.Degraded, Facts.Since, Facts.Since.AddHours(-1),
            new string('x', 5000), [], Facts.Since, TimeSpan.Zero, 0, 1, false);
        var named = new SenderName("Acme", "https://acme.example", "");
        var facts = AlertFacts.Of(AlertNews.Failure, look, named);
        Assert.AreEqual((1001, Facts.Since.AddHours(-1), "https://acme.example/admin/health/checks/disk"),
            (facts.Words.Length, facts.Since, facts.Link));
        Assert.AreEqual("acme.example/node-1/disk", AlertFacts.IncidentOf(look, named));
        Assert.AreEqual("Acme/disk", AlertFacts.IncidentOf(look with { OfCluster = true }, named with { Portal = "" }));
        Assert.AreEqual("", AlertFacts.Of(AlertNews.Restored, look, named with { Portal = "" }).Link);
    }

    [TestMethod]
    public void Slack_AndTelegram_GetTheText()
    {
        StringAssert.Contains(AlertText.Slack(Facts with { Words = "<!channel> & co" }).Replace("\\u0026", "&"),
            "&lt;!channel&gt; &amp; co");
        StringAssert.StartsWith((string)JsonNode.Parse(AlertText.Slack(Facts))!["text"]!, "*Acme*: disk is unhealthy");
        var telegram = JsonNode.Parse(AlertText.Telegram(Facts, "-100123"))!;
        Assert.AreEqual("-100123", (string)telegram["chat_id"]!);
        StringAssert.StartsWith((string)telegram["text"]!, "Acme: disk is unhealthy");
    }

    [TestMethod]
    public void PagerDuty_OpensAndResolvesTheSameIncident()
    {
        var trigger = JsonNode.Parse(AlertText.PagerDuty(Facts, "key", "node-1/disk"))!;
        Assert.AreEqual(("key", "trigger", "node-1/disk"),
            ((string)trigger["routing_key"]!, (string)trigger["event_action"]!, (string)trigger["dedup_key"]!));
        Assert.AreEqual(("critical", "node-1", "disk is unhealthy on node-1"), ((string)trigger["payload"]!["severity"]!,
            (string)trigger["payload"]!["source"]!, (string)trigger["payload"]!["summary"]!));
        var resolve = JsonNode.Parse(AlertText.PagerDuty(
            Facts with { News = AlertNews.Restored, State = HealthState.Healthy }, "key", "node-1/disk"))!;
        Assert.AreEqual(("resolve", "node-1/disk", "warning"), ((string)resolve["event_action"]!, (string)resolve["dedup_key"]!,
            (string)resolve["payload"]!["severity"]!));
    }

    [TestMethod]
    public void Webhook_IsFilledIn_WithEscapedValues()
    {
        var body = JsonNode.Parse(AlertText.Webhook(Facts, "").Value)!;
        Assert.AreEqual(("failure", "unhealthy", "disk", "node-1", "3 MB are \"free\".", Facts.Link), (
            (string)body["news"]!, (string)body["state"]!, (string)body["check"]!, (string)body["node"]!,
            (string)body["words"]!, (string)body["link"]!));
        Assert.AreEqual("""{"text":"disk is unhealthy on node-1"}""",
            AlertText.Webhook(Facts, """{"text":{{ summary | json }}}""").Value);
    }

    [TestMethod]
    [DataRow("{{ nothing }}", "There are news, state, check")]
    [DataRow("{{ check", "cannot be filled in")]
    [DataRow("{{ check }}", "no JSON")]
    [DataRow("{% for i in (1..100000) %}1{% endfor %}", "cannot be filled in")]
    public void Template_ThatCannotBeFilledIn_IsRefusedInWords(string template, string words)
    {
        var filled = AlertText.Webhook(Facts, template);
        Assert.IsFalse(filled.IsSuccess);
        Assert.AreEqual("Template", filled.Errors[0].Field);
        StringAssert.Contains(filled.Errors[0].Message, words);
    }
}
