using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>What the buttons of the page of endpoints do.</summary>
[TestClass]
public sealed class EndpointPageTests
{
    private const string Sticky = "&Ttl=10&Sessions=3&Seed=abc123";

    private static readonly ScriptedTest Tests = new();

    private static SeededPortal s_portal = null!;

    private SeededCustomer _customer = null!;

    private Visitor _visitor = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        s_portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<IEndpointTest>(Tests));
        await s_portal.AddProviderAsync("plain");
    }

    [ClassCleanup]
    public static ValueTask StopAsync() => s_portal.Portal.DisposeAsync();

    /// <summary>A customer of its own for each test: they are counted by customer.</summary>
    [TestInitialize]
    public async Task SignInAsync()
    {
        _customer = await s_portal.AddCustomerAsync();
        _visitor = await s_portal.SignedInAsync(_customer.Email);
    }

    [TestCleanup]
    public void Leave() => _visitor.Dispose();

    [TestMethod]
    public async Task Endpoints_WithoutAProxyUser_SayThatOneIsNeeded()
    {
        Assert.IsTrue((await s_portal.Portal.UseAsync<DeleteProxyUser, Result>(
            delete => delete.ExecuteAsync(new(Scope.Staff, _customer.ProxyUserId), default))).IsSuccess);

        var page = await _visitor.GetAsync("/endpoints");

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        Assert.Contains("Add a proxy user first: it is the name your tools sign in with.", page.Text);
        Assert.Contains("Add a proxy user first", (await _visitor.PostAsync("/endpoints/test")).Text);
    }

    [TestMethod]
    public async Task Endpoints_OfTheOldAddress_AreWhereTheyAreNow()
    {
        var moved = await _visitor.GetAsync($"/credentials/{_customer.ProxyUserId}/endpoints?Country=us&Sessions=20");

        Assert.AreEqual($"/endpoints?user={_customer.ProxyUserId}&Country=us&Sessions=20", moved.Location);
        Assert.AreEqual(HttpStatusCode.OK, (await _visitor.GetAsync(moved.Location)).Status);
    }

    [TestMethod]
    public async Task Endpoints_OfSeveralProxyUsers_AreOfThePickedOne()
    {
        var second = (await s_portal.Portal.UseAsync<CreateProxyUser, Result<ProxyUserCredentials>>(create =>
            create.ExecuteAsync(new(Scope.Staff, _customer.Id, $"{_customer.ProxyUserName}b"), default))).Value;

        Assert.Contains($":8080:{_customer.ProxyUserName}:PROXY_PASSWORD", (await _visitor.GetAsync("/endpoints")).Text);
        Assert.Contains($":8080:{second.Name}:PROXY_PASSWORD",
            (await _visitor.GetAsync($"/endpoints?user={second.ProxyUserId}")).Text);
    }

    [TestMethod]
    public async Task Reveal_Pressed_FillsEveryLineOnceAndNothingElse()
    {
        string query = $"?user={_customer.ProxyUserId}{Sticky}";
        var hidden = await _visitor.GetAsync($"/endpoints{query}");
        var posted = await _visitor.PostAsync($"/endpoints/reveal{query}");
        var shown = await _visitor.FollowAsync(posted);
        var after = await _visitor.GetAsync($"/endpoints{query}");

        Assert.DoesNotContain(_customer.Secret, hidden.Body);
        Assert.DoesNotContain(_customer.Secret, posted.Location);
        Assert.DoesNotContain("PROXY_PASSWORD", shown.Body);
        for (int number = 1; number <= 3; number++)
        {
            string name = $"{_customer.ProxyUserName}-session-abc12300{number}-ttl-10";
            Assert.Contains($"proxy.test:8080:{name}:PROXY_PASSWORD", hidden.Text);
            Assert.Contains($"proxy.test:8080:{name}:{_customer.Secret}", shown.Text);
        }
        Assert.IsTrue(shown.Response.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(_customer.Secret, after.Body);
    }

    [TestMethod]
    public async Task Buttons_WithoutTheirToken_AreRefused()
    {
        foreach (string act in new[] { "reveal", "download", "test", "change-ip", "shadowsocks" })
            Assert.AreEqual(HttpStatusCode.BadRequest, (await _visitor.PostBareAsync($"/endpoints/{act}")).Status, act);
    }

    [TestMethod]
    public async Task Buttons_WhoseAddressIsOpenedAgain_LeadToThePage()
    {
        foreach (string act in new[] { "reveal", "download", "test", "change-ip", "shadowsocks" })
            Assert.AreEqual("/endpoints?Country=us", (await _visitor.GetAsync($"/endpoints/{act}?Country=us")).Location, act);
    }

    [TestMethod]
    public async Task Download_AsText_HasTheLinesInTheChosenFormat()
    {
        var file = await DownloadAsync("txt", "&Format=own&Pattern=%7Buser%7D%7C%7Bpass%7D%7C%7Bhost%7D%7C%7Bport%7D");

        Assert.AreEqual(
            string.Concat(Enumerable.Range(1, 3).Select(number =>
                $"{_customer.ProxyUserName}-session-abc12300{number}-ttl-10|{_customer.Secret}|proxy.test|8080\n")),
            file.Body);
        Assert.AreEqual($"{_customer.ProxyUserName}.txt", file.Response.Content.Headers.ContentDisposition!.FileName);
        Assert.IsTrue(file.Response.Headers.CacheControl!.NoStore);
    }

    [TestMethod]
    public async Task Download_AsCsvAndJson_HasAllFieldsWhateverTheFormat()
    {
        string[] rows = (await DownloadAsync("csv", "&Protocol=socks5")).Body.TrimEnd().Split('\n');
        using var json = JsonDocument.Parse((await DownloadAsync("json", "&Format=url")).Body);

        Assert.AreEqual("protocol,host,port,username,password", rows[0]);
        Assert.AreEqual(
            $"socks5,proxy.test,8080,{_customer.ProxyUserName}-session-abc123001-ttl-10,{_customer.Secret}", rows[1]);
        Assert.HasCount(4, rows);
        var second = json.RootElement[1];
        Assert.AreEqual($"{_customer.ProxyUserName}-session-abc123002-ttl-10", second.GetProperty("username").GetString());
        Assert.AreEqual(_customer.Secret, second.GetProperty("password").GetString());
        Assert.AreEqual(8080, second.GetProperty("port").GetInt32());
    }

    [TestMethod]
    public async Task Pattern_WithAFieldThatIsNone_IsSaid()
    {
        var page = await _visitor.GetAsync("/endpoints?Format=own&Pattern=%7Bhost%7D%7Bpasswd%7D");

        Assert.Contains("{passwd} is not a field. Use {host}, {port}, {user}, {pass} and {url}.", page.Text);
    }

    [TestMethod]
    public async Task ChangeIp_Pressed_ChangesTheExitsOfThisProxyUser()
    {
        var done = await _visitor.FollowAsync(await _visitor.PostAsync($"/endpoints/change-ip?user={_customer.ProxyUserId}"));

        Assert.Contains("All sessions get another exit at their next connection.", done.Text);
        Assert.AreEqual(1L, await s_portal.Portal.Database.ScalarAsync<long>(
            $"select exit_generation from proxy_users where id = {_customer.ProxyUserId}"));
    }

    [TestMethod]
    public async Task Shadowsocks_KeyAdded_IsShownOnceWithItsLinkAndExit()
    {
        string query = $"?user={_customer.ProxyUserId}&Protocol=shadowsocks{Sticky}";
        Assert.Contains("session-abc123001-ttl-10", (await _visitor.GetAsync($"/endpoints{query}")).Text);

        var shown = await _visitor.FollowAsync(await _visitor.PostAsync($"/endpoints/shadowsocks{query}"));

        Assert.Contains(">ss://", shown.Body);
        Assert.Contains("aria-label=\"QR code of the link\"><svg", shown.Body);
        Assert.DoesNotContain(_customer.Secret, shown.Body);
        Assert.DoesNotContain("ss://", (await _visitor.GetAsync($"/endpoints{query}")).Body);
        Assert.AreEqual("session-abc123001-ttl-10", await s_portal.Portal.Database.ScalarAsync<string>(
            $"select targeting from shadowsocks_keys where proxy_user_id = {_customer.ProxyUserId}"));
        Assert.AreEqual(HttpStatusCode.NotFound, (await _visitor.PostAsync("/endpoints/shadowsocks")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await _visitor.PostAsync($"/endpoints/download{query}")).Status);
    }

    [TestMethod]
    public async Task Test_ThatWorks_ShowsItsStepsExitAndTimes()
    {
        var page = await TestAsync(
            new EndpointTestOutcome(null, null, 200, "198.51.100.7", "DE", TimeSpan.FromMilliseconds(41.2),
                TimeSpan.FromMilliseconds(87.5)),
            Sticky);

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        foreach (string words in new[] { "It works", "Signed in", "Exit found", "Page received", "198.51.100.7", "Germany",
            "42 ms", "88 ms" })
            Assert.Contains(words, page.Text);
        var asked = Tests.AskedOf(_customer);
        Assert.AreEqual($"{_customer.ProxyUserName}-session-abc123001-ttl-10", asked.Username);
        Assert.AreEqual(_customer.Secret, asked.Password);
        Assert.AreEqual("http://ipinfo.io/json", asked.Url.ToString());
        Assert.DoesNotContain(_customer.Secret, page.Body);
    }

    [TestMethod]
    [DataRow(ConnectionOutcome.CredentialsWrong, "Wrong proxy password", "no")]
    [DataRow(ConnectionOutcome.NoExit, "Ask for a larger place, or try again shortly.", "yes")]
    [DataRow(ConnectionOutcome.QuotaExhausted, "Quota used up", "yes")]
    public async Task Test_ThatIsRefused_SaysWhyAndWhatToDo(ConnectionOutcome outcome, string words, string signedIn)
    {
        var page = await TestAsync(
            new EndpointTestOutcome(new ProxyRefusal(outcome, "The reason is this."), null, 0, null, null, TimeSpan.Zero, null));

        Assert.Contains(words, page.Text);
        Assert.Contains("The reason is this.", page.Text);
        Assert.Contains($"Signed in<span\n                class=\"visually-hidden\">: {signedIn}</span>", page.Body);
        Assert.Contains(": not tried</span>", page.Body);
    }

    [TestMethod]
    public async Task Test_WhosePageFails_SaysThatTheEndpointWorks()
    {
        var broken = await TestAsync(new EndpointTestOutcome(null, "It broke off.", 0, null, null, TimeSpan.Zero, null));
        var refused = await TestAsync(new EndpointTestOutcome(null, null, 403, null, null, TimeSpan.Zero, TimeSpan.Zero));

        Assert.Contains("It broke off. Try again: another exit may fare better.", broken.Text);
        Assert.Contains("The page answered with status 403. Your endpoint works", refused.Text);
    }

    [TestMethod]
    public async Task Test_WhoseExitIsElsewhere_SaysWhatWasAskedAndFound()
    {
        var page = await TestAsync(
            new EndpointTestOutcome(null, null, 200, "198.51.100.7", "de", TimeSpan.Zero, TimeSpan.Zero), "&Country=us");

        Assert.Contains("Germany", page.Text);
        Assert.Contains("asked: United States", page.Text);
        Assert.Contains("The page places this exit elsewhere than you asked.", page.Text);
    }

    [TestMethod]
    public async Task Endpoints_OfACustomerThatIsNotServed_SayWhyAndWhatToDo()
    {
        using var staff = await s_portal.SignedInAsync(SeededPortal.Operator);
        await staff.PostAsync($"/admin/customers/{_customer.Id}/suspend");

        Assert.Contains("Your account is suspended, and connections are refused.", (await _visitor.GetAsync("/endpoints")).Text);
    }

    [TestMethod]
    public async Task Test_WithoutAProxyOrAnswer_SaysSo()
    {
        Tests.Answer(_customer, () => new Error(ErrorKind.Conflict, "x", "There is no proxy here."));
        Assert.Contains("There is no proxy here.", (await _visitor.PostAsync("/endpoints/test")).Text);
        Tests.Answer(_customer, () => throw new OperationCanceledException());
        Assert.Contains("Nothing came within 25 s. Try again", (await _visitor.PostAsync("/endpoints/test")).Text);
    }

    [TestMethod]
    public async Task Test_PressedTooOften_AsksToWait()
    {
        var fine = new EndpointTestOutcome(null, null, 200, null, null, TimeSpan.Zero, TimeSpan.Zero);
        for (int i = 0; i < ConnectionTestThrottle.TestsPerMinute; i++)
            Assert.AreEqual(HttpStatusCode.OK, (await TestAsync(fine)).Status);

        var refused = await TestAsync(fine);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.IsNotNull(refused.Response.Headers.RetryAfter);
        Assert.Contains("You can test 6 times a minute.", refused.Text);
    }

    private Task<Answer> DownloadAsync(string type, string query) => _visitor.PostAsync(
        $"/endpoints/download?user={_customer.ProxyUserId}{Sticky}{query}", new() { ["type"] = type });

    private Task<Answer> TestAsync(EndpointTestOutcome outcome, string query = "")
    {
        Tests.Answer(_customer, () => outcome);
        return _visitor.PostAsync($"/endpoints/test?user={_customer.ProxyUserId}{query}");
    }

    /// <summary>Answers as each customer's test says.</summary>
    private sealed class ScriptedTest : IEndpointTest
    {
        private readonly ConcurrentDictionary<string, Func<Result<EndpointTestOutcome>>> _answers = new();

        private readonly ConcurrentDictionary<string, EndpointTestRequest> _asked = new();

        public void Answer(SeededCustomer customer, Func<Result<EndpointTestOutcome>> answer) =>
            _answers[customer.ProxyUserName] = answer;

        public EndpointTestRequest AskedOf(SeededCustomer customer) => _asked[customer.ProxyUserName];

        public Task<Result<EndpointTestOutcome>> RunAsync(EndpointTestRequest request, CancellationToken cancellation)
        {
            string name = request.Username.Split('-')[0];
            _asked[name] = request;
            return Task.FromResult(_answers[name]());
        }
    }
}
