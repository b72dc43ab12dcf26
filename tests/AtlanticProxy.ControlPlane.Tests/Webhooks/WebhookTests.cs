using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using AtlanticProxy.ControlPlane.Tests.Mail;
using AtlanticProxy.ControlPlane.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Webhooks;

[TestClass]
public sealed class WebhookTests
{
    private static readonly WebhookOptions Local = new() { AllowedPrivateNetworks = ["127.0.0.0/8"] };

    private static Task<ControlPlaneTest> StartAsync() => ControlPlaneTest.StartAsync(webhooks: Local);

    private static Task<Result<WebhookSecret>> AddAsync(
        ControlPlaneTest plane, string url, long? customer = null, Scope? scope = null, params string[] kinds) =>
        plane.AskAsync((AddWebhook add) => add.ExecuteAsync(new(scope ?? Scope.Staff, customer, url, kinds), default));

    private static async Task<JobReport> DeliverAsync(ControlPlaneTest plane)
    {
        await plane.FanOutAsync();
        return await plane.AskAsync((DeliverWebhooks deliver) => deliver.ExecuteAsync(default));
    }

    private static async Task<IReadOnlyList<DeliverySummary>> DeliveriesAsync(ControlPlaneTest plane, long webhook) =>
        (await plane.AskAsync((WebhookQueries queries) =>
            queries.DeliveriesAsync(Scope.Staff, webhook, new(), default))).Value.Items;

    private static async Task<WebhookSummary> OnlyAsync(ControlPlaneTest plane, long? customer = null) =>
        (await plane.AskAsync((WebhookQueries queries) => queries.ListAsync(Scope.Staff, customer, default))).Single();

    [TestMethod]
    public async Task Webhook_OfAnEvent_ComesOnceAndIsSigned()
    {
        await using var plane = await StartAsync();
        await using var receiver = new HookReceiver();
        var ann = await plane.CustomerAsync();
        string secret = (await AddAsync(plane, receiver.Url, ann.Id)).Value.Secret;
        await plane.InvoiceAsync(ann.Id);

        Assert.AreEqual("1 webhooks delivered", (await DeliverAsync(plane)).Done);
        Assert.AreEqual("0 webhooks delivered", (await DeliverAsync(plane)).Done);

        var hook = receiver.Received.Single();
        long at = plane.Time.Now.ToUnixTimeSeconds();
        string mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes($"{at}.{hook.Body}")));
        Assert.AreEqual($"t={at},v1={mac}", hook.Headers["AtlanticProxy-Signature"]);
        var body = JsonNode.Parse(hook.Body)!;
        Assert.AreEqual(("/hooks", "evt_1", "invoice_finalised", $"cus_{ann.Id}", "2026-000001"), (hook.Path, (string?)body["id"],
            (string?)body["kind"], (string?)body["customer"], (string?)body["data"]!["number"]));
        var delivery = (await DeliveriesAsync(plane, 1)).Single();
        Assert.AreEqual((DeliveryState.Delivered, 1, 200, "hello"),
            (delivery.State, delivery.Attempts, delivery.Status, delivery.Answer));
    }

    [TestMethod]
    public async Task Webhook_EndpointsOfEachOwner_AreToldOfWhatIsTheirs()
    {
        await using var plane = await StartAsync();
        await using var receiver = new HookReceiver();
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        await AddAsync(plane, receiver.Url + "/ann", ann.Id, Scope.Of(ann.Id));
        await AddAsync(plane, receiver.Url + "/ben", ben.Id);
        await AddAsync(plane, receiver.Url + "/reseller");
        await AddAsync(plane, receiver.Url + "/drift", kinds: "provider_drift");
        await plane.HappenAsync("quota_warning", ann.Id, """{"percent": 80}""");
        await plane.HappenAsync("provider_drift", null, "{}");

        await DeliverAsync(plane);

        CollectionAssert.AreEquivalent(new[]
        {
            "/hooks/ann quota_warning", "/hooks/reseller quota_warning", "/hooks/reseller provider_drift",
                "/hooks/drift provider_drift",
        }, receiver.Received.Select(hook => $"{hook.Path} {JsonNode.Parse(hook.Body)!["kind"]}").ToArray());
    }

    [TestMethod]
    public async Task Webhook_EndpointThatFails_GetsAllInOrderOnceItIsBack()
    {
        await using var plane = await StartAsync();
        await using var receiver = new HookReceiver { Answer = _ => "503 Away" };
        var ann = await plane.CustomerAsync();
        long id = (await AddAsync(plane, receiver.Url, ann.Id)).Value.WebhookId;
        for (int i = 1; i <= 30; i++)
            await plane.HappenAsync("quota_warning", ann.Id, $$"""{"percent": {{i}}}""");

        await DeliverAsync(plane);
        await DeliverAsync(plane);
        Assert.HasCount(1, receiver.Received, "only the first is tried, and not again at once");
        var failing = await OnlyAsync(plane, ann.Id);
        Assert.AreEqual((plane.Time.Now, 30), (failing.FailingSince, failing.Pending));
        Assert.AreEqual((DeliveryState.Pending, 503),
            ((await DeliveriesAsync(plane, id))[^1].State, (await DeliveriesAsync(plane, id))[^1].Status));
        plane.Time.Jump(TimeSpan.FromMinutes(1));
        await DeliverAsync(plane);
        Assert.HasCount(2, receiver.Received);
        receiver.Answer = _ => "204 Fine";
        plane.Time.Jump(TimeSpan.FromMinutes(2));
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DeliverAsync(plane)));

        Assert.AreEqual("1 1 " + string.Join(' ', Enumerable.Range(1, 30)),
            string.Join(' ', receiver.Received.Select(hook => JsonNode.Parse(hook.Body)!["data"]!["percent"])));
        var back = await OnlyAsync(plane, ann.Id);
        Assert.AreEqual((null, 0), (back.FailingSince, back.Pending));
        Assert.HasCount(4, runs);
    }

    [TestMethod]
    public async Task Webhook_EndpointThatFailsForDays_IsSwitchedOffAndItsOwnerTold()
    {
        await using var plane = await StartAsync();
        await using var receiver = new HookReceiver { Answer = _ => "500 Oops" };
        var ann = await plane.CustomerAsync();
        long id = (await AddAsync(plane, receiver.Url, ann.Id)).Value.WebhookId;
        await plane.HappenAsync("quota_warning", ann.Id, "{}");
        await plane.HappenAsync("quota_exhausted", ann.Id, "{}");

        await DeliverAsync(plane);
        plane.Time.Jump(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        await DeliverAsync(plane);
        Assert.AreEqual(DeliveryState.Failed, (await DeliveriesAsync(plane, id))[1].State, "given up after three days");
        plane.Time.Jump(TimeSpan.FromDays(2));
        await DeliverAsync(plane);

        Assert.IsFalse((await OnlyAsync(plane, ann.Id)).Enabled);
        Assert.IsTrue((await DeliveriesAsync(plane, id)).All(one => one.State == DeliveryState.Failed));
        Assert.AreEqual(receiver.Url,
            await plane.Database.ScalarAsync<string>("select payload ->> 'url' from events where kind = 'webhook_disabled'"));
        int before = receiver.Received.Count;
        await plane.HappenAsync("quota_warning", ann.Id, "{}");
        await DeliverAsync(plane);
        Assert.HasCount(before, receiver.Received, "an endpoint that is off is told nothing");

        receiver.Answer = _ => "200 OK";
        Assert.IsTrue((await plane.AskAsync((UpdateWebhook update) =>
            update.ExecuteAsync(new(Scope.Of(ann.Id), id, receiver.Url, [], true), default))).Value);
        foreach (var delivery in (await DeliveriesAsync(plane, id)).Reverse())
            Assert.AreEqual("", (await plane.AskAsync((RedeliverWebhook again) =>
                again.ExecuteAsync(new(Scope.Of(ann.Id), delivery.Id), default))).Codes());
        await DeliverAsync(plane);
        Assert.IsTrue((await DeliveriesAsync(plane, id)).All(one => one.State == DeliveryState.Delivered));
        Assert.HasCount(before + 2, receiver.Received);
    }

    [TestMethod]
    public async Task Webhook_OfARemovedCustomer_IsToldNothingMore()
    {
        await using var plane = await StartAsync();
        await using var receiver = new HookReceiver();
        var ann = await plane.CustomerAsync();
        await AddAsync(plane, receiver.Url, ann.Id);
        await plane.HappenAsync("quota_exhausted", ann.Id, "{}");
        await plane.FanOutAsync();
        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(ann.Id), default));

        Assert.AreEqual("0 webhooks delivered", (await DeliverAsync(plane)).Done);
        Assert.IsEmpty(receiver.Received);
    }

    [TestMethod]
    public async Task Redeliver_OfWhatWasDelivered_ComesAgainWithTheSameId()
    {
        await using var plane = await StartAsync();
        await using var receiver = new HookReceiver();
        long id = (await AddAsync(plane, receiver.Url)).Value.WebhookId;
        Assert.AreEqual("", (await plane.AskAsync((SendTestWebhook test) => test.ExecuteAsync(new(Scope.Staff, id), default)))
            .Codes());
        Task<Result> AgainAsync(long delivery, Scope scope) =>
            plane.AskAsync((RedeliverWebhook again) => again.ExecuteAsync(new(scope, delivery), default));

        Assert.AreEqual("webhook.pending", (await AgainAsync(1, Scope.Staff)).Codes());
        await DeliverAsync(plane);
        Assert.AreEqual("webhook.delivery_not_found", (await AgainAsync(1, Scope.Of(1))).Codes());
        Assert.AreEqual("", (await AgainAsync(1, Scope.Staff)).Codes());
        await DeliverAsync(plane);

        Assert.HasCount(2, receiver.Received);
        Assert.HasCount(1, receiver.Received.Select(hook => hook.Body).Distinct());
        StringAssert.Contains(receiver.Received.First().Body, "webhook_test");
    }

    [TestMethod]
    public async Task Webhook_EndpointThatRedirectsOrIsSilent_IsNotFollowedNorWaitedForForever()
    {
        await using var plane = await StartAsync();
        await using var elsewhere = new HookReceiver();
        await using var receiver = new HookReceiver { Answer = _ => $"302 Found\r\nLocation: {elsewhere.Url}" };
        using var client = new WebhookClient(Local, plane.Time, TimeSpan.FromMilliseconds(100));

        var redirected = await client.PostAsync(new Uri(receiver.Url), "{}", "t=1,v1=0", default);
        Assert.AreEqual((302, false), (redirected.Status, redirected.IsAccepted));
        Assert.IsEmpty(elsewhere.Received);
        receiver.Answer = _ => null;
        var silent = await client.PostAsync(new Uri(receiver.Url), "{}", "t=1,v1=0", default);
        Assert.AreEqual((null, "No answer within 0.1 s."), (silent.Status, silent.Text));
    }

    [TestMethod]
    public async Task Webhook_ToWhereNobodyListens_HasNoAnswerAndSaysWhy()
    {
        string gone;
        await using (var receiver = new HookReceiver())
            gone = receiver.Url;
        using var client = new WebhookClient(Local, TimeProvider.System);

        var answer = await client.PostAsync(new Uri(gone), "{}", "t=1,v1=0", default);

        Assert.IsNull(answer.Status);
        StringAssert.Contains(answer.Text, "refused");
    }

    [TestMethod]
    [DataRow("http://127.0.0.1:{0}/", "10.0.0.0/8")]
    [DataRow("http://localhost:{0}/", "10.0.0.0/8")]
    [DataRow("http://[::1]:{0}/", "10.0.0.0/8")]
    [DataRow("https://169.254.169.254/latest/meta-data", null)]
    [DataRow("https://[::ffff:10.0.0.1]/", null)]
    [DataRow("http://192.0.2.1/", "127.0.0.0/8")]
    public async Task Webhook_ToWhatIsNotPublic_IsNeverDialled(string url, string? allowed)
    {
        await using var receiver = new HookReceiver();
        using var client = new WebhookClient(new() { AllowedPrivateNetworks = allowed is null ? [] : [allowed] },
            TimeProvider.System);

        var answer = await client.PostAsync(
            new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, new Uri(receiver.Url).Port)), "{}",
                "t=1,v1=0", default);

        Assert.IsNull(answer.Status);
        StringAssert.Contains(answer.Text, "is not a public address");
        Assert.IsEmpty(receiver.Received);
    }

    [TestMethod]
    public async Task Endpoints_Wrong_SayWhatWouldBeRight()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        foreach (string url in new[] { "http://example.com/", "ftp://example.com/", "example.com", "https://a:b@example.com/",
            "https://example.com/" + new string('x', 2000) })
            Assert.AreEqual("webhook.url_invalid@Url", (await AddAsync(plane, url)).Codes());
        Assert.AreEqual("webhook.kind_unknown@Kinds", (await AddAsync(plane, "https://example.com/", kinds: "nothing")).Codes());
        Assert.AreEqual("customer.not_found", (await AddAsync(plane, "https://example.com/", 99)).Codes());
        Assert.AreEqual("customer.not_found", (await AddAsync(plane, "https://example.com/", ann.Id, Scope.Of(99))).Codes());
        Assert.AreEqual("customer.not_found", (await AddAsync(plane, "https://example.com/", null, Scope.Of(ann.Id))).Codes());
        for (int i = 0; i < 10; i++)
            Assert.IsTrue((await AddAsync(plane, "https://example.com/", ann.Id)).IsSuccess);
        Assert.AreEqual("webhook.too_many", (await AddAsync(plane, "https://example.com/", ann.Id)).Codes());
        Assert.IsEmpty(new WebhookOptions { AllowedPrivateNetworks = ["10.0.0.0/8"] }.Validate());
        StringAssert.Contains(new WebhookOptions { AllowedPrivateNetworks = ["10/8x"] }.Validate().Single(), "'10/8x'");
    }

    [TestMethod]
    public async Task Endpoint_ChangedRotatedAndRemoved_IsOnlyByWhomItBelongsTo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var added = (await AddAsync(plane, "https://example.com/", ann.Id)).Value;
        StringAssert.StartsWith(added.Secret, "whsec_");
        Assert.IsFalse(added.ToString().Contains(added.Secret, StringComparison.Ordinal));
        Task<Result<bool>> UpdateAsync(Scope scope, string url) => plane.AskAsync((UpdateWebhook update) =>
            update.ExecuteAsync(new(scope, added.WebhookId, url, ["invoice_paid"], false), default));

        Assert.AreEqual("webhook.not_found", (await UpdateAsync(Scope.Of(99), "https://x.test/")).Codes());
        Assert.AreEqual("webhook.url_invalid@Url", (await UpdateAsync(Scope.Of(ann.Id), "x")).Codes());
        Assert.AreEqual((true, false), ((await UpdateAsync(Scope.Of(ann.Id), "https://x.test/")).Value,
            (await UpdateAsync(Scope.Of(ann.Id), "https://x.test/")).Value));
        var changed = await OnlyAsync(plane, ann.Id);
        Assert.AreEqual(("https://x.test/", "invoice_paid", false), (changed.Url, changed.Kinds.Single(), changed.Enabled));
        Task<Result<WebhookSecret>> RotateAsync(Scope scope) =>
            plane.AskAsync((RotateWebhookSecret rotate) => rotate.ExecuteAsync(new(scope, added.WebhookId), default));
        Assert.AreEqual("webhook.not_found", (await RotateAsync(Scope.Of(99))).Codes());
        Assert.AreNotEqual(added.Secret, (await RotateAsync(Scope.Of(ann.Id))).Value.Secret);
        Assert.AreEqual("webhook.not_found", (await plane.AskAsync((WebhookQueries queries) =>
            queries.DeliveriesAsync(Scope.Of(99), added.WebhookId, new(), default))).Codes());
        Assert.AreEqual("webhook.not_found", (await plane.AskAsync((SendTestWebhook test) =>
            test.ExecuteAsync(new(Scope.Of(99), added.WebhookId), default))).Codes());
        Task<Result> RemoveAsync(Scope scope) =>
            plane.AskAsync((RemoveWebhook remove) => remove.ExecuteAsync(new(scope, added.WebhookId), default));
        Assert.AreEqual(("webhook.not_found", "", "webhook.not_found"), ((await RemoveAsync(Scope.Of(99))).Codes(),
            (await RemoveAsync(Scope.Of(ann.Id))).Codes(), (await RemoveAsync(Scope.Of(ann.Id))).Codes()));
    }
}
