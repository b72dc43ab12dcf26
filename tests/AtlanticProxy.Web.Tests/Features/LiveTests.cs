using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Features.Live;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class LiveTests
{
    [TestMethod]
    public async Task Figures_AreTheCustomersOwn_AndForStaffOfAll()
    {
        var traffic = new Traffic();
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<ILiveTraffic>(traffic));
        await using var running = portal.Portal;
        var (ann, bob) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        traffic.Figures = new() { [ann.Id] = new(125, 1, 2), [bob.Id] = new(250_000, 0, 3) };

        Assert.AreEqual((1000, 8, 2, null), await NowAsync(portal, ann.Email));
        Assert.AreEqual((2_000_000, 0, 3, null), await NowAsync(portal, bob.Email));
        Assert.AreEqual((2_001_000, 8, 5, 77), await NowAsync(portal, SeededPortal.Support));
        Assert.AreEqual((1000, 8, 2, null), await PushedAsync(portal, ann.Email));
        Assert.AreEqual((2_001_000, 8, 5, 77), await PushedAsync(portal, SeededPortal.Support));
        traffic.Figures.Remove(ann.Id);
        Assert.AreEqual((0, 0, 0, null), await PushedAsync(portal, ann.Email), "quiet is said, too");
    }

    [TestMethod]
    public async Task Stranger_HearsNothing()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        Assert.StartsWith("/sign-in", (await visitor.GetAsync("/live/now")).Location);
        await using var connection = Connection(portal, visitor);
        await Assert.ThrowsAsync<Exception>(() => connection.StartAsync());
    }

    [TestMethod]
    public async Task Listener_OfLong_HasToAskAnew()
    {
        var time = new SetTime();
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton(new LiveViewers(time)));
        await using var running = portal.Portal;
        using var visitor = await portal.SignedInAsync(SeededPortal.Support);
        await using var connection = Connection(portal, visitor);
        var closed = new TaskCompletionSource();
        connection.Closed += _ =>
        {
            closed.SetResult();
            return Task.CompletedTask;
        };
        await connection.StartAsync();
        var viewers = portal.Portal.Services.GetRequiredService<LiveViewers>();
        await Poll.UntilAsync(() => viewers.Groups().Contains("staff"));

        time.Advance(LiveViewers.MaxAge + TimeSpan.FromSeconds(1));

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Poll.UntilAsync(() => viewers.Groups().Count == 0);
    }

    private static async Task<(long Down, long Up, long Opened, int? Open)> NowAsync(SeededPortal portal, string email)
    {
        using var visitor = await portal.SignedInAsync(email);
        var answer = await visitor.GetAsync("/live/now");
        Assert.AreEqual(HttpStatusCode.OK, answer.Status);
        return Read(JsonDocument.Parse(answer.Body).RootElement);
    }

    private static async Task<(long Down, long Up, long Opened, int? Open)> PushedAsync(SeededPortal portal, string email)
    {
        using var visitor = await portal.SignedInAsync(email);
        await using var connection = Connection(portal, visitor);
        var pushed = Channel.CreateUnbounded<JsonElement>();
        using var heard = connection.On<JsonElement>("figures", figures => pushed.Writer.TryWrite(figures));
        await connection.StartAsync();
        return Read(await pushed.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static (long Down, long Up, long Opened, int? Open) Read(JsonElement figures)
    {
        Assert.IsGreaterThan(0, figures.GetProperty("at").GetInt64());
        var open = figures.GetProperty("open");
        return (figures.GetProperty("down").GetInt64(), figures.GetProperty("up").GetInt64(),
            figures.GetProperty("opened").GetInt64(), open.ValueKind == JsonValueKind.Null ? null : open.GetInt32());
    }

    private static HubConnection Connection(SeededPortal portal, Visitor visitor) => new HubConnectionBuilder()
        .WithUrl(new Uri(portal.Portal.Address, "/live"), http => http.Cookies = visitor.Cookies).Build();

    private sealed class Traffic : ILiveTraffic
    {
        public Dictionary<long, LiveFigure> Figures { get; set; } = [];

        public LiveFigure Total => Figures.Values.Aggregate(LiveFigure.None, (sum, each) =>
            new(sum.Down + each.Down, sum.Up + each.Up, sum.Opened + each.Opened));

        public int OpenConnections => 77;

        public IReadOnlyDictionary<long, LiveFigure> ByCustomer() => new Dictionary<long, LiveFigure>(Figures);
    }
}
