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
    [TestMethod]
    public async Task Failure_Reminder_AndEnd_AreTold_OnceEach()
    {
        await using var scene = await AlertScene.StartWithSlackAsync(remind: 10);

        scene.Looks.Found("disk", HealthState.Healthy);
        await scene.TurnAsync();
        scene.Looks.Found("disk", HealthState.Degraded, "low");
        await scene.TurnAsync();
        await scene.TurnAsync();
        await scene.TurnAsync(600);
        scene.Looks.Found("disk", HealthState.Healthy);
        await scene.TurnAsync();
        await scene.TurnAsync();

        CollectionAssert.AreEqual(new[]
        {
            "*AtlanticProxy*: disk is degraded on node-1", "*AtlanticProxy*: disk is still degraded on node-1",
            "*AtlanticProxy*: disk has recovered on node-1",
        }, scene.Texts);
        var told = await scene.Plane.AskAsync((AlertChannels channels) => channels.ToldAsync(10, default));
        CollectionAssert.AreEqual(new[] { AlertNews.Restored, AlertNews.Reminder, AlertNews.Failure },
            told.Select(each => each.News).ToArray());
        Assert.IsTrue(told.All(each => each.SentAt is not null && each.Problem is ""));
    }

    [TestMethod]
    public async Task ChannelThatDoesNotTakeIt_IsTriedAgain_AndSaysWhy()
    {
        await using var scene = await AlertScene.StartWithSlackAsync();
        scene.Receiver.Answer = _ => "500 Broken";

        scene.Looks.Found("disk", HealthState.Degraded);
        await scene.TurnAsync();
        await scene.TurnAsync();
        Assert.HasCount(1, scene.Receiver.Received, "not at once again");
        var channel = (await scene.Plane.AskAsync((AlertChannels channels) => channels.ListAsync(default))).Single();
        Assert.AreEqual(("HTTP 500: hello", true), (channel.Problem, channel.ToldAt is null));

        scene.Receiver.Answer = _ => "200 OK";
        await scene.TurnAsync(10);
        Assert.HasCount(2, scene.Receiver.Received);
        channel = (await scene.Plane.AskAsync((AlertChannels channels) => channels.ListAsync(default))).Single();
        Assert.AreEqual(("", false), (channel.Problem, channel.ToldAt is null));
        Assert.HasCount(1, await scene.Plane.AskAsync((AlertChannels channels) => channels.ToldAsync(10, default)),
            "it is one alert");
    }

    [TestMethod]
    public async Task FailureThatEnds_BeforeItCouldBeTold_IsNotTold()
    {
        await using var scene = await AlertScene.StartWithSlackAsync();
        scene.Receiver.Answer = _ => "500 Broken";
        scene.Looks.Found("disk", HealthState.Degraded);
        await scene.TurnAsync();

        scene.Receiver.Answer = _ => "200 OK";
        scene.Looks.Found("disk", HealthState.Healthy);
        await scene.TurnAsync(60);

        Assert.HasCount(1, scene.Receiver.Received);
    }

    [TestMethod]
    public async Task Maintenance_KeepsQuiet_AndWhatStillFailsAfterwardsIsTold()
    {
        await using var scene = await AlertScene.StartWithSlackAsync();
        await scene.Plane.AskAsync((MuteHealth mute) =>
            mute.ExecuteAsync(new("disk", null, scene.Plane.Time.Now.AddHours(1)), default));

        scene.Looks.Found("disk", HealthState.Degraded);
        scene.Looks.Found("memory", HealthState.Degraded);
        await scene.TurnAsync();
        CollectionAssert.AreEqual(new[] { "*AtlanticProxy*: memory is degraded on node-1" }, scene.Texts);
        await scene.TurnAsync(3601);
        Assert.AreEqual("*AtlanticProxy*: disk is degraded on node-1", scene.Texts[^1]);
    }

    [TestMethod]
    public async Task Restart_TellsNothingTwice_ButTheEnd()
    {
        await using var scene = await AlertScene.StartWithSlackAsync();
        var before = new FixedLooks(scene.Plane.Time);
        before.Found("disk", HealthState.Degraded);
        await scene.TurnAsync(keeping: scene.KeepingOf(before));

        var after = new FixedLooks(scene.Plane.Time);
        after.Found("disk", HealthState.Degraded);
        var second = scene.KeepingOf(after);
        await scene.TurnAsync(keeping: second);
        Assert.HasCount(1, scene.Receiver.Received);
        after.Found("disk", HealthState.Healthy);
        await scene.TurnAsync(keeping: second);
        Assert.HasCount(2, scene.Receiver.Received);
    }

    [TestMethod]
    public async Task TwoNodes_TellOfWhatTheyShareOnce_AndOfTheirOwnEach()
    {
        await using var scene = await AlertScene.StartAsync();
        await using var other = scene.Plane.AnotherNode();
        await scene.AddAsync(AlertScene.Channel(AlertKind.Slack, secret: scene.Receiver.Url));
        var (one, two) = (new FixedLooks(scene.Plane.Time), new FixedLooks(scene.Plane.Time));
        var first = scene.KeepingOf(one);
        var second = scene.KeepingOf(two, other);
        foreach (var (looks, node) in new[] { (one, "node-1"), (two, "node-2") })
        {
            looks.Found("jobs", HealthState.Degraded, ofCluster: true, node: node);
            looks.Found("disk", HealthState.Degraded, node: node);
        }
        await scene.TurnAsync(keeping: first);
        await scene.TurnAsync(keeping: second);
        one.Found("jobs", HealthState.Healthy, ofCluster: true);
        two.Found("jobs", HealthState.Healthy, ofCluster: true, node: "node-2");
        await scene.TurnAsync(keeping: first);
        await scene.TurnAsync(keeping: second);

        CollectionAssert.AreEquivalent(new[]
        {
            "*AtlanticProxy*: jobs is degraded on node-1", "*AtlanticProxy*: disk is degraded on node-1",
            "*AtlanticProxy*: disk is degraded on node-2", "*AtlanticProxy*: jobs has recovered on node-1",
        }, scene.Texts);
    }

    [TestMethod]
    public async Task DatabaseThatRefuses_KeepsNobodyFromBeingTold_OnceEach()
    {
        await using var scene = await AlertScene.StartWithSlackAsync();
        await scene.TurnAsync(); // the channel is known
        await scene.Plane.Database.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'disk full' using errcode = '53100'; end $$;
            create trigger refuse before insert or update on alerts execute function refuse();
            create trigger refuse before insert or update on alert_turns execute function refuse()
            """);
        scene.Looks.Found("jobs", HealthState.Degraded, ofCluster: true);
        scene.Looks.Found("disk", HealthState.Unhealthy, "full");
        for (int turn = 0; turn < 5; turn++)
            await scene.TurnAsync(15);

        CollectionAssert.AreEquivalent(new[]
        {
            "*AtlanticProxy*: jobs is degraded on node-1", "*AtlanticProxy*: disk is unhealthy on node-1",
        }, scene.Texts);
    }

    [TestMethod]
    public async Task NodeThatTookItsTurn_AndIsGone_HasAnotherTell()
    {
        await using var scene = await AlertScene.StartAsync();
        long channel = (await scene.AddAsync(AlertScene.Channel(AlertKind.Slack, secret: scene.Receiver.Url))).Value;
        await scene.Plane.Database.ExecuteAsync(FormattableString.Invariant($"""
            insert into alert_turns values ({channel}, 'jobs', 'node-9', 'failure', 'degraded', now())
            """));
        scene.Looks.Found("jobs", HealthState.Degraded, ofCluster: true);
        await scene.TurnAsync();
        Assert.IsEmpty(scene.Receiver.Received, "the other is at it");

        await scene.Plane.Database.ExecuteAsync("update alert_turns set taken_at = now() - interval '3 minutes'");
        await scene.TurnAsync();
        Assert.HasCount(1, scene.Receiver.Received);
        scene.Looks.Found("jobs", HealthState.Unhealthy, ofCluster: true);
        await scene.TurnAsync();
        Assert.HasCount(2, scene.Receiver.Received, "worse is another thing to tell");
    }

    [TestMethod]
    public async Task RecipientWhoRefuses_DoesNotHaveTheOthersGetItAgain()
    {
        await using var smtp = new ScriptedSmtp
        {
            Answer = command => command.Contains("gone@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null,
        };
        await using var scene = await AlertScene.StartAsync();
        await scene.Plane.MailThroughAsync(smtp.Port);
        await scene.AddAsync(AlertScene.Channel(AlertKind.Mail, "gone@example.com, here@example.com"));
        await scene.AddAsync(AlertScene.Channel(AlertKind.Mail, "later@example.com", name: "second"));
        scene.Looks.Found("disk", HealthState.Degraded);
        for (int turn = 0; turn < 4; turn++)
            await scene.TurnAsync(30);

        CollectionAssert.AreEquivalent(new[] { "here@example.com", "later@example.com" },
            smtp.Received.Select(mail => mail.To.Mailboxes.Single().Address).ToArray());
        StringAssert.Contains((await scene.Plane.AskAsync((AlertChannels channels) => channels.ListAsync(default)))
            .Single(channel => channel.Name == "ops").Problem, "gone@example.com: 550");
    }

    [TestMethod]
    public async Task EachKind_SpeaksItsServicesForm()
    {
        await using var smtp = new ScriptedSmtp();
        await using var scene = await AlertScene.StartAsync();
        await scene.Plane.MailThroughAsync(smtp.Port);
        await scene.AddAsync(AlertScene.Channel(AlertKind.PagerDuty, secret: "routing", name: "pd"));
        await scene.AddAsync(AlertScene.Channel(AlertKind.Telegram, "-1001", "123:abc", "tg"));
        await scene.AddAsync(AlertScene.Channel(AlertKind.Webhook, secret: scene.Receiver.Url, name: "hook",
            template: """{"what": {{ summary | json }}}"""));
        await scene.AddAsync(AlertScene.Channel(AlertKind.Mail, "a@example.com, b@example.com", name: "mail"));
        scene.Looks.Found("disk", HealthState.Unhealthy, "full");
        await scene.TurnAsync();

        var bodies = scene.Receiver.Received.ToDictionary(
            hook => hook.Path.Split('/')[1] + (hook.Body.Contains("routing") ? "+pd" : ""), hook => JsonNode.Parse(hook.Body)!);
        Assert.AreEqual("AtlanticProxy/node-1/disk", (string)bodies["hooks+pd"]["dedup_key"]!);
        Assert.AreEqual("-1001", (string)bodies["bot123:abc"]["chat_id"]!);
        Assert.AreEqual("disk is unhealthy on node-1", (string)bodies["hooks"]["what"]!);
        CollectionAssert.AreEquivalent(new[] { "a@example.com", "b@example.com" },
            smtp.Received.Select(mail => mail.To.Mailboxes.Single().Address).ToArray());
        Assert.AreEqual("AtlanticProxy: disk is unhealthy on node-1", smtp.Received.First().Subject);
    }
}
