using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.ControlPlane.Tests.Health;

/// <summary>A control plane, checks that find what a test says, and a server that receives alerts.</summary>
internal sealed class AlertScene : IAsyncDisposable
{
    private AlertScene(HookReceiver receiver, ControlPlaneTest plane)
    {
        (Receiver, Plane, Looks) = (receiver, plane, new FixedLooks(plane.Time));
        Keeping = KeepingOf(Looks);
    }

    public HookReceiver Receiver { get; }

    public ControlPlaneTest Plane { get; }

    public FixedLooks Looks { get; }

    public AlertKeeping Keeping { get; }

    /// <summary>What Slack channels received, without when.</summary>
    public string[] Texts => [.. Receiver.Received.Select(hook => ((string)JsonNode.Parse(hook.Body)!["text"]!).Split(',')[0])];

    /// <param name="channel">Added at the beginning; null: none.</param>
    public static async Task<AlertScene> StartAsync(Func<HookReceiver, AlertChannels.Request>? channel = null)
    {
        var receiver = new HookReceiver();
        var scene = new AlertScene(receiver, await ControlPlaneTest.StartAsync(
            webhooks: new() { AllowedPrivateNetworks = ["127.0.0.0/8"] }, configure: services => services.AddSingleton(
                new AlertOptions { PagerDutyUrl = receiver.Url, TelegramUrl = receiver.Url.Replace("/hooks", "") })));
        if (channel is not null)
            Assert.IsTrue((await scene.AddAsync(channel(receiver))).IsSuccess);
        return scene;
    }

    /// <summary>With a Slack channel that leads to the receiver.</summary>
    public static Task<AlertScene> StartWithSlackAsync(int remind = 0) =>
        StartAsync(receiver => Channel(AlertKind.Slack, secret: receiver.Url, remind: remind));

    public static AlertChannels.Request Channel(AlertKind kind, string target = "", string secret = "", string name = "ops",
        int remind = 0, string template = "") =>
        new(kind, name, target, secret, template, HealthState.Degraded, 0, 0, remind, true);

    /// <summary>Of another process: <paramref name="node"/>, or a later one of this node.</summary>
    public AlertKeeping KeepingOf(FixedLooks looks, IServiceProvider? node = null) => new(
        looks, (node ?? Plane.Services).GetRequiredService<AlertBook>(), Plane.Services.GetRequiredService<AlertPosting>(),
        Plane.Time, NullLogger<AlertKeeping>.Instance);

    public Task<Result<long>> AddAsync(AlertChannels.Request request) =>
        Plane.AskAsync((AlertChannels channels) => channels.AddAsync(request, default));

    /// <summary>A turn, to the end of what it began.</summary>
    public async Task TurnAsync(double seconds = 1, AlertKeeping? keeping = null)
    {
        Plane.Time.Advance(TimeSpan.FromSeconds(seconds));
        await await (keeping ?? Keeping).TurnAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await Plane.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
