using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Mail;
using AtlanticProxy.ControlPlane.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.ControlPlane.Tests.Health;

/// <summary>From what a check finds to what a channel is sent.</summary>
[TestClass]
public sealed class AlertTests
{
    private static Task<ControlPlaneTest> StartAsync(HookReceiver receiver) => ControlPlaneTest.StartAsync(
        webhooks: new() { AllowedPrivateNetworks = ["127.0.0.0/8"] }, configure: services => services.AddSingleton(
            new AlertOptions { PagerDutyUrl = receiver.Url, TelegramUrl = receiver.Url.Replace("/hooks", "") }));

    private static AlertKeeping Keeping(ControlPlaneTest plane, FixedLooks looks, IServiceProvider? node = null)
    {
        return new(looks, (node ?? plane.Services).GetRequiredService<AlertBook>(),
            plane.Services.GetRequiredService<AlertPosting>(), plane.Time, NullLogger<AlertKeeping>.Instance);
    }

    private static AlertChannels.Request Channel(AlertKind kind, string target = "", string secret = "", string name = "ops",
        HealthState from = HealthState.Degraded, int remind = 0, string template = "") =>
        new(kind, name, target, secret, template, from, 0, 0, remind, true);

    private static Task<Result<long>> AddAsync(ControlPlaneTest plane, AlertChannels.Request request) =>
        plane.AskAsync((AlertChannels channels) => channels.AddAsync(request, default));

    private static async Task TurnAsync(ControlPlaneTest plane, AlertKeeping keeping, double seconds = 1)
    {
        plane.Time.Advance(TimeSpan.FromSeconds(seconds));
        await await keeping.TurnAsync(default); // to the end of what it began
    }

    private static string[] Texts(HookReceiver receiver) =>
        [.. receiver.Received.Select(hook => ((string)JsonNode.Parse(hook.Body)!["text"]!).Split(',')[0])];

    [TestMethod]
    public async Task Failure_Reminder_AndEnd_AreTold_OnceEach()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url, remind: 10));

        looks.Found("disk", HealthState.Healthy);
        await TurnAsync(plane, keeping);
        looks.Found("disk", HealthState.Degraded, "low");
        await TurnAsync(plane, keeping);
        await TurnAsync(plane, keeping);
        await TurnAsync(plane, keeping, 600);
        looks.Found("disk", HealthState.Healthy);
        await TurnAsync(plane, keeping);
        await TurnAsync(plane, keeping);

        CollectionAssert.AreEqual(new[]
        {
            "*AtlanticProxy*: disk is degraded on node-1", "*AtlanticProxy*: disk is still degraded on node-1",
            "*AtlanticProxy*: disk is well again on node-1",
        }, Texts(receiver));
        var told = await plane.AskAsync((AlertChannels channels) => channels.ToldAsync(10, default));
        CollectionAssert.AreEqual(new[] { AlertNews.Restored, AlertNews.Reminder, AlertNews.Failure },
            told.Select(each => each.News).ToArray());
        Assert.IsTrue(told.All(each => each.SentAt is not null && each.Problem is ""));
    }

    [TestMethod]
    public async Task ChannelThatDoesNotTakeIt_IsTriedAgain_AndSaysWhy()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url));
        receiver.Answer = _ => "500 Broken";

        looks.Found("disk", HealthState.Degraded);
        await TurnAsync(plane, keeping);
        await TurnAsync(plane, keeping);
        Assert.HasCount(1, receiver.Received, "not at once again");
        var channel = (await plane.AskAsync((AlertChannels channels) => channels.ListAsync(default))).Single();
        Assert.AreEqual(("HTTP 500: hello", true), (channel.Problem, channel.ToldAt is null));

        receiver.Answer = _ => "200 OK";
        await TurnAsync(plane, keeping, 10);
        Assert.HasCount(2, receiver.Received);
        channel = (await plane.AskAsync((AlertChannels channels) => channels.ListAsync(default))).Single();
        Assert.AreEqual(("", false), (channel.Problem, channel.ToldAt is null));
        Assert.HasCount(1, await plane.AskAsync((AlertChannels channels) => channels.ToldAsync(10, default)), "it is one alert");
    }

    [TestMethod]
    public async Task FailureThatEnds_BeforeItCouldBeTold_IsNotTold()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url));
        receiver.Answer = _ => "500 Broken";
        looks.Found("disk", HealthState.Degraded);
        await TurnAsync(plane, keeping);

        receiver.Answer = _ => "200 OK";
        looks.Found("disk", HealthState.Healthy);
        await TurnAsync(plane, keeping, 60);

        Assert.HasCount(1, receiver.Received);
    }

    [TestMethod]
    public async Task Maintenance_KeepsQuiet_AndWhatStillFailsAfterwardsIsTold()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url));
        await plane.AskAsync((MuteHealth mute) => mute.ExecuteAsync(new("disk", null, plane.Time.Now.AddHours(1)), default));

        looks.Found("disk", HealthState.Degraded);
        looks.Found("memory", HealthState.Degraded);
        await TurnAsync(plane, keeping);
        CollectionAssert.AreEqual(new[] { "*AtlanticProxy*: memory is degraded on node-1" }, Texts(receiver));
        await TurnAsync(plane, keeping, 3601);
        Assert.AreEqual("*AtlanticProxy*: disk is degraded on node-1", Texts(receiver)[^1]);
    }

    [TestMethod]
    public async Task Restart_TellsNothingTwice_ButTheEnd()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url));
        var before = new FixedLooks(plane.Time);
        before.Found("disk", HealthState.Degraded);
        await TurnAsync(plane, Keeping(plane, before));

        var after = new FixedLooks(plane.Time);
        after.Found("disk", HealthState.Degraded);
        var second = Keeping(plane, after);
        await TurnAsync(plane, second);
        Assert.HasCount(1, receiver.Received);
        after.Found("disk", HealthState.Healthy);
        await TurnAsync(plane, second);
        Assert.HasCount(2, receiver.Received);
    }

    [TestMethod]
    public async Task TwoNodes_TellOfWhatTheyShareOnce_AndOfTheirOwnEach()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        await using var other = plane.AnotherNode();
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url));
        var (one, two) = (new FixedLooks(plane.Time), new FixedLooks(plane.Time));
        var first = Keeping(plane, one);
        var second = Keeping(plane, two, other);
        foreach (var (looks, node) in new[] { (one, "node-1"), (two, "node-2") })
        {
            looks.Found("jobs", HealthState.Degraded, ofCluster: true, node: node);
            looks.Found("disk", HealthState.Degraded, node: node);
        }
        await TurnAsync(plane, first);
        await TurnAsync(plane, second);
        one.Found("jobs", HealthState.Healthy, ofCluster: true);
        two.Found("jobs", HealthState.Healthy, ofCluster: true, node: "node-2");
        await TurnAsync(plane, first);
        await TurnAsync(plane, second);

        CollectionAssert.AreEquivalent(new[]
        {
            "*AtlanticProxy*: jobs is degraded on node-1", "*AtlanticProxy*: disk is degraded on node-1",
            "*AtlanticProxy*: disk is degraded on node-2", "*AtlanticProxy*: jobs is well again on node-1",
        }, Texts(receiver));
    }

    [TestMethod]
    public async Task DatabaseThatRefuses_KeepsNobodyFromBeingTold_OnceEach()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url));
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        await TurnAsync(plane, keeping); // the channel is known
        await plane.Database.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'disk full' using errcode = '53100'; end $$;
            create trigger refuse before insert or update on alerts execute function refuse();
            create trigger refuse before insert or update on alert_turns execute function refuse()
            """);
        looks.Found("jobs", HealthState.Degraded, ofCluster: true);
        looks.Found("disk", HealthState.Unhealthy, "full");
        for (int turn = 0; turn < 5; turn++)
            await TurnAsync(plane, keeping, 15);

        CollectionAssert.AreEquivalent(new[]
        {
            "*AtlanticProxy*: jobs is degraded on node-1", "*AtlanticProxy*: disk is unhealthy on node-1",
        }, Texts(receiver));
    }

    [TestMethod]
    public async Task NodeThatTookItsTurn_AndIsGone_HasAnotherTell()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        long channel = (await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url))).Value;
        await plane.Database.ExecuteAsync(FormattableString.Invariant($"""
            insert into alert_turns values ({channel}, 'jobs', 'node-9', 'failure', 'degraded', now())
            """));
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        looks.Found("jobs", HealthState.Degraded, ofCluster: true);
        await TurnAsync(plane, keeping);
        Assert.IsEmpty(receiver.Received, "the other is at it");

        await plane.Database.ExecuteAsync("update alert_turns set taken_at = now() - interval '3 minutes'");
        await TurnAsync(plane, keeping);
        Assert.HasCount(1, receiver.Received);
        looks.Found("jobs", HealthState.Unhealthy, ofCluster: true);
        await TurnAsync(plane, keeping);
        Assert.HasCount(2, receiver.Received, "worse is another thing to tell");
    }

    [TestMethod]
    public async Task RecipientWhoRefuses_DoesNotHaveTheOthersGetItAgain()
    {
        await using var receiver = new HookReceiver();
        await using var smtp = new ScriptedSmtp
        {
            Answer = command => command.Contains("gone@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null,
        };
        await using var plane = await StartAsync(receiver);
        await plane.MailThroughAsync(smtp.Port);
        await AddAsync(plane, Channel(AlertKind.Mail, "gone@example.com, here@example.com"));
        await AddAsync(plane, Channel(AlertKind.Mail, "later@example.com", name: "second"));
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        looks.Found("disk", HealthState.Degraded);
        for (int turn = 0; turn < 4; turn++)
            await TurnAsync(plane, keeping, 30);

        CollectionAssert.AreEquivalent(new[] { "here@example.com", "later@example.com" },
            smtp.Received.Select(mail => mail.To.Mailboxes.Single().Address).ToArray());
        StringAssert.Contains((await plane.AskAsync((AlertChannels channels) => channels.ListAsync(default)))
            .Single(channel => channel.Name == "ops").Problem, "gone@example.com: 550");
    }

    [TestMethod]
    public async Task EachKind_SpeaksItsServicesForm()
    {
        await using var receiver = new HookReceiver();
        await using var smtp = new ScriptedSmtp();
        await using var plane = await StartAsync(receiver);
        await plane.MailThroughAsync(smtp.Port);
        await AddAsync(plane, Channel(AlertKind.PagerDuty, secret: "routing", name: "pd"));
        await AddAsync(plane, Channel(AlertKind.Telegram, "-1001", "123:abc", "tg"));
        await AddAsync(plane, Channel(AlertKind.Webhook, secret: receiver.Url, name: "hook",
            template: """{"what": {{ summary | json }}}"""));
        await AddAsync(plane, Channel(AlertKind.Mail, "a@example.com, b@example.com", name: "mail"));
        var looks = new FixedLooks(plane.Time);
        var keeping = Keeping(plane, looks);
        looks.Found("disk", HealthState.Unhealthy, "full");
        await TurnAsync(plane, keeping);

        var bodies = receiver.Received.ToDictionary(
            hook => hook.Path.Split('/')[1] + (hook.Body.Contains("routing") ? "+pd" : ""), hook => JsonNode.Parse(hook.Body)!);
        Assert.AreEqual("AtlanticProxy/node-1/disk", (string)bodies["hooks+pd"]["dedup_key"]!);
        Assert.AreEqual("-1001", (string)bodies["bot123:abc"]["chat_id"]!);
        Assert.AreEqual("disk is unhealthy on node-1", (string)bodies["hooks"]["what"]!);
        CollectionAssert.AreEquivalent(new[] { "a@example.com", "b@example.com" },
            smtp.Received.Select(mail => mail.To.Mailboxes.Single().Address).ToArray());
        Assert.AreEqual("AtlanticProxy: disk is unhealthy on node-1", smtp.Received.First().Subject);
    }

    [TestMethod]
    public async Task Test_ReachesTheChannel_OrSaysWhyNot()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        Task<Result> Test(long id) => plane.AskAsync((TestAlertChannel test) => test.ExecuteAsync(new(id, "node-1"), default));
        long slack = (await AddAsync(plane, Channel(AlertKind.Slack, secret: receiver.Url))).Value;
        long pager = (await AddAsync(plane, Channel(AlertKind.PagerDuty, secret: "routing", name: "pd"))).Value;
        long mail = (await AddAsync(plane, Channel(AlertKind.Mail, "a@example.com", name: "mail"))).Value;

        Assert.IsTrue((await Test(slack)).IsSuccess);
        StringAssert.Contains(receiver.Received.Single().Body, "This is a test: nothing is wrong.");
        Assert.IsTrue((await Test(pager)).IsSuccess);
        CollectionAssert.AreEqual(new[] { "trigger", "resolve" },
            receiver.Received.Skip(1).Select(hook => (string)JsonNode.Parse(hook.Body)!["event_action"]!).ToArray());
        Assert.AreEqual("No mail server is set.", (await Test(mail)).Errors[0].Message);
        receiver.Answer = _ => "403 No";
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
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        Assert.AreEqual(code,
            (await AddAsync(plane, Channel(kind, target, secret, name, remind: remind, template: template))).Errors[0].Code);
    }

    [TestMethod]
    public async Task Channel_IsChanged_KeepsItsSecret_AndIsRemoved()
    {
        await using var receiver = new HookReceiver();
        await using var plane = await StartAsync(receiver);
        var request = Channel(AlertKind.Slack, secret: receiver.Url);
        long id = (await AddAsync(plane, request)).Value;
        Assert.AreEqual("alert_channel.name_taken", (await AddAsync(plane, request)).Errors[0].Code);
        Task<Result<bool>> Change(long which, AlertChannels.Request to) =>
            plane.AskAsync((AlertChannels channels) => channels.ChangeAsync(which, to, default));

        Assert.IsTrue((await Change(id, request with { Name = "night", Secret = "" })).Value);
        Assert.IsFalse((await Change(id, request with { Name = "night", Secret = null })).Value);
        Assert.AreEqual("alert_channel.not_found", (await Change(99, request)).Errors[0].Code);
        await AddAsync(plane, request);
        Assert.AreEqual("alert_channel.name_taken", (await Change(id, request)).Errors[0].Code);
        Assert.IsTrue((await plane.AskAsync((TestAlertChannel test) => test.ExecuteAsync(new(id, "n"), default))).IsSuccess);
        Assert.DoesNotContain("hooks", request.ToString());

        Assert.IsTrue((await plane.AskAsync((AlertChannels channels) => channels.RemoveAsync(id, default))).IsSuccess);
        Assert.IsFalse((await plane.AskAsync((AlertChannels channels) => channels.RemoveAsync(id, default))).IsSuccess);
        Assert.IsNull(await plane.AskAsync((AlertChannels channels) => channels.FindAsync(id, default)));
        for (int more = 1; more < AlertChannels.Most; more++)
            Assert.IsTrue((await AddAsync(plane, request with { Name = $"c{more}" })).IsSuccess);
        Assert.AreEqual("alert_channel.too_many", (await AddAsync(plane, request with { Name = "last" })).Errors[0].Code);
    }

    [TestMethod]
    public void Settings_ThatAreNoAddresses_AreNamed()
    {
        Assert.IsEmpty(new AlertOptions().Validate());
        StringAssert.Contains(new AlertOptions { PagerDutyUrl = "here" }.Validate().Single(), "Alerts:PagerDutyUrl: 'here'");
        StringAssert.Contains(new AlertOptions { TelegramUrl = "ftp://x" }.Validate().Single(), "Alerts:TelegramUrl");
    }
}
