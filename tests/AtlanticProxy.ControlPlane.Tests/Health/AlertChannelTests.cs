using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Health;

/// <summary>What staff do with channels.</summary>
[TestClass]
public sealed class AlertChannelTests
{
    [TestMethod]
    public async Task Test_ReachesTheChannel_OrSaysWhyNot()
    {
        await using var scene = await AlertScene.StartAsync();
        Task<Result> Test(long id) =>
            scene.Plane.AskAsync((TestAlertChannel test) => test.ExecuteAsync(new(id, "node-1"), default));
        long slack = (await scene.AddAsync(AlertScene.Channel(AlertKind.Slack, secret: scene.Receiver.Url))).Value;
        long pager = (await scene.AddAsync(AlertScene.Channel(AlertKind.PagerDuty, secret: "routing", name: "pd"))).Value;
        long mail = (await scene.AddAsync(AlertScene.Channel(AlertKind.Mail, "a@example.com", name: "mail"))).Value;

        Assert.IsTrue((await Test(slack)).IsSuccess);
        StringAssert.Contains(scene.Receiver.Received.Single().Body, "This is a test: nothing is wrong.");
        Assert.IsTrue((await Test(pager)).IsSuccess);
        CollectionAssert.AreEqual(new[] { "trigger", "resolve" },
            scene.Receiver.Received.Skip(1).Select(hook => (string)JsonNode.Parse(hook.Body)!["event_action"]!).ToArray());
        Assert.AreEqual("No mail server is set.", (await Test(mail)).Errors[0].Message);
        scene.Receiver.Answer = _ => "403 No";
        Assert.AreEqual("HTTP 403: hello", (await Test(slack)).Errors[0].Message);
        Assert.AreEqual("alert_channel.not_found", (await Test(99)).Errors[0].Code);
    }

    [TestMethod]
    [DataRow("", AlertKind.Slack, "", "https://x.example/h", "", 0, "alert_channel.name_invalid")]
    [DataRow("n", AlertKind.Slack, "", "", "", 0, "alert_channel.secret_missing")]
    [DataRow("n", AlertKind.PagerDuty, "", "", "", 0, "alert_channel.secret_missing")]
    [DataRow("n", AlertKind.Telegram, "-1", "", "", 0, "alert_channel.secret_missing")]
    [DataRow("n", AlertKind.Telegram, " ", "1:a", "", 0, "alert_channel.target_invalid")]
    [DataRow("n", AlertKind.Slack, "", "ftp://x.example/h", "", 0, "alert_channel.url_invalid")]
    [DataRow("n", AlertKind.Slack, "", "https://me:pw@x.example/h", "", 0, "alert_channel.url_invalid")]
    [DataRow("n", AlertKind.Webhook, "", "https://x.example/h", "{{ x }}", 0, "alert.template_invalid")]
    [DataRow("n", AlertKind.Mail, "", "", "", 0, "alert_channel.target_invalid")]
    [DataRow("n", AlertKind.Mail, "a@example.com, nobody", "", "", 0, "alert_channel.target_invalid")]
    [DataRow("n", AlertKind.Slack, "", "https://x.example/h", "", -1, "alert_channel.minutes_invalid")]
    [DataRow("n", AlertKind.Slack, "", "https://x.example/h", "", 10_081, "alert_channel.minutes_invalid")]
    public async Task Channel_ThatCannotWork_IsRefused(
        string name, AlertKind kind, string target, string secret, string template, int remind, string code)
    {
        await using var scene = await AlertScene.StartAsync();
        Assert.AreEqual(code,
            (await scene.AddAsync(AlertScene.Channel(kind, target, secret, name, remind: remind, template: template)))
                .Errors[0].Code);
    }

    [TestMethod]
    public async Task Channel_IsChanged_KeepsItsSecret_AndIsRemoved()
    {
        await using var scene = await AlertScene.StartAsync();
        var request = AlertScene.Channel(AlertKind.Slack, secret: scene.Receiver.Url);
        long id = (await scene.AddAsync(request)).Value;
        Assert.AreEqual("alert_channel.name_taken", (await scene.AddAsync(request)).Errors[0].Code);
        Task<Result<bool>> Change(long which, AlertChannels.Request to) =>
            scene.Plane.AskAsync((AlertChannels channels) => channels.ChangeAsync(which, to, default));

        Assert.IsTrue((await Change(id, request with { Name = "night", Secret = "" })).Value);
        Assert.IsFalse((await Change(id, request with { Name = "night", Secret = null })).Value);
        Assert.AreEqual("alert_channel.not_found", (await Change(99, request)).Errors[0].Code);
        await scene.AddAsync(request);
        Assert.AreEqual("alert_channel.name_taken", (await Change(id, request)).Errors[0].Code);
        Assert.IsTrue((await scene.Plane.AskAsync((TestAlertChannel test) =>
            test.ExecuteAsync(new(id, "n"), default))).IsSuccess);
        Assert.DoesNotContain("hooks", request.ToString());

        Assert.IsTrue((await scene.Plane.AskAsync((AlertChannels channels) => channels.RemoveAsync(id, default))).IsSuccess);
        Assert.IsFalse((await scene.Plane.AskAsync((AlertChannels channels) => channels.RemoveAsync(id, default))).IsSuccess);
        Assert.IsNull(await scene.Plane.AskAsync((AlertChannels channels) => channels.FindAsync(id, default)));
        for (int more = 1; more < AlertChannels.Most; more++)
            Assert.IsTrue((await scene.AddAsync(request with { Name = $"c{more}" })).IsSuccess);
        Assert.AreEqual("alert_channel.too_many", (await scene.AddAsync(request with { Name = "last" })).Errors[0].Code);
    }

    [TestMethod]
    public void Settings_ThatAreNoAddresses_AreNamed()
    {
        Assert.IsEmpty(new AlertOptions().Validate());
        StringAssert.Contains(new AlertOptions { PagerDutyUrl = "here" }.Validate().Single(), "Alerts:PagerDutyUrl: 'here'");
        StringAssert.Contains(new AlertOptions { TelegramUrl = "ftp://x" }.Validate().Single(), "Alerts:TelegramUrl");
    }
}
