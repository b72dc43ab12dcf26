using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Simulator.Gateways;

/// <summary>A delivery that a simulated gateway made, or would have made.</summary>
/// <param name="Body">As it was signed.</param>
public sealed record SimulatedDelivery(string Type, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>What came back; null when nothing was sent or nobody answered.</summary>
    public int? Status { get; set; }
}

/// <summary>
/// A stand-in payment gateway on loopback: it takes payments on a page of its own, delivers signed webhooks, and does wrong what
/// it is told to. What it says follows the gateway's published API; it shares no code with the appliance.
/// </summary>
public abstract class SimulatedGateway : IAsyncDisposable
{
    /// <summary>How long somebody whom nobody answers is kept waiting.</summary>
    private static readonly TimeSpan HangTime = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly ConcurrentQueue<SimulatedDelivery> _deliveries = new();
    private readonly CancellationTokenSource _stop = new();
    private WebApplication? _server;
    private long _requests;
    private int _present, _mostAtOnce;

    private protected SimulatedGateway(TimeProvider time) => Time = time;

    /// <summary>Where its API is, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Of its API.</summary>
    public string ApiKey { get; set; } = "sk_test_simulated";

    /// <summary>What it signs deliveries with.</summary>
    public string WebhookSecret { get; set; } = "whsec_simulated";

    /// <summary>Where it delivers to; null for nowhere: deliveries are only kept.</summary>
    public Uri? WebhookUrl { get; set; }

    /// <summary>What is wrong with its answers.</summary>
    public GatewayFault Fault { get; set; }

    /// <summary>How many requests the fault is for; then it is well again.</summary>
    public int FaultTimes { get; set; } = int.MaxValue;

    /// <summary>Which requests the fault is for, by method; null for all.</summary>
    public string? FaultMethod { get; set; }

    public DeliveryFault Deliveries { get; set; }

    /// <summary>What becomes of charges of saved cards, and of those on its page unless that says.</summary>
    public ChargeOutcome Outcome { get; set; }

    /// <summary>Whether rows carry the mark of live money although the key is a test key.</summary>
    public bool Live { get; set; }

    /// <summary>Added to what the API says of an amount, in its units: then it is not what was asked for.</summary>
    public long AmountOff { get; set; }

    /// <summary>What the API says as currency in place of the payment's; null for the truth.</summary>
    public string? OtherCurrency { get; set; }

    /// <summary>All that was delivered, or would have been, in order.</summary>
    public IReadOnlyList<SimulatedDelivery> Delivered => [.. _deliveries];

    /// <summary>Requests to its API so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests to its API that it had at a time, at most so far.</summary>
    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    /// <summary>What each request to its API takes.</summary>
    public TimeSpan AnswerTime { get; set; }

    private protected TimeProvider Time { get; }

    private protected Lock Gate { get; } = new();

    /// <summary>Starts on a port of loopback that is free, or the given one.</summary>
    public async Task StartAsync(int port = 0)
    {
        // Not the working directory: the builder watches what is below it, and a service's is the root of the file system.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRouting();
        _server = builder.Build();
        _server.Use(FailAsync);
        Map(_server);
        await _server.StartAsync();
        Address = _server.Urls.Single();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends a delivery as it was sent before, byte for byte; many at once if asked.</summary>
    /// <returns>The statuses that came back.</returns>
    public Task<int[]> RedeliverAsync(SimulatedDelivery delivery, int times = 1) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(_ => SendAsync(delivery)));

    private protected abstract void Map(WebApplication app);

    /// <summary>The header that signs a body.</summary>
    private protected abstract KeyValuePair<string, string> Sign(byte[] body, string secret);

    private protected abstract bool IsAuthorized(HttpRequest request);

    private protected async Task DeliverAsync(string type, JsonNode body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var headers = new Dictionary<string, string>();
        if (Deliveries != DeliveryFault.NoSignature)
        {
            var (name, value) = Sign(bytes, Deliveries == DeliveryFault.BadSignature ? "somebody else's" : WebhookSecret);
            headers[name] = value;
        }
        if (Deliveries == DeliveryFault.Rewritten)
            bytes = Encoding.UTF8.GetBytes(body.ToJsonString(new() { WriteIndented = true }) + "\n");
        var delivery = new SimulatedDelivery(type, bytes, headers);
        _deliveries.Enqueue(delivery);
        if (WebhookUrl is not null && Deliveries != DeliveryFault.Never)
            await SendAsync(delivery);
    }

    private protected static string NewId(string prefix) => prefix
        + RandomNumberGenerator.GetString("0123456789abcdefghijkmnpqrstuvwx", 16);

    private protected long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    private protected static string Iso(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private protected static IResult Json(JsonNode? body, int status = StatusCodes.Status200OK) =>
        Results.Text(body?.ToJsonString() ?? "null", "application/json", Encoding.UTF8, status);

    private protected static async Task<JsonObject> BodyAsync(HttpRequest request) =>
        (await JsonNode.ParseAsync(request.Body))?.AsObject() ?? [];

    /// <summary>The page on which customers pay: a button for each ending.</summary>
    private protected static IResult Page(string title, string amount, params (string Label, string Ending)[] buttons)
    {
        static string Html(string text) => WebUtility.HtmlEncode(text);
        string forms = string.Concat(buttons.Select(button => $"""
            <form method="post"><button name="ending" value="{Html(button.Ending)}">{Html(button.Label)}</button></form>
            """));
        return Results.Text(
            $"""
            <!doctype html><html lang="en"><title>{Html(title)}</title><link rel="icon" href="data:,"><h1>{Html(title)}</h1>
            <p>{Html(amount)}</p>{forms}</html>
            """,
            "text/html", Encoding.UTF8);
    }

    private async Task<int> SendAsync(SimulatedDelivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, WebhookUrl) { Content = new ByteArrayContent(delivery.Body) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in delivery.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var answer = await _http.SendAsync(request, _stop.Token);
            delivery.Status = (int)answer.StatusCode;
            return (int)answer.StatusCode;
        }
        catch (Exception unreached) when (unreached is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    private async Task FailAsync(HttpContext context, RequestDelegate next)
    {
        bool isPage = context.Request.Path.StartsWithSegments("/pay");
        if (isPage)
        {
            await next(context);
            return;
        }
        Interlocked.Increment(ref _requests);
        int present = Interlocked.Increment(ref _present);
        try
        {
            for (int most; present > (most = MostAtOnce);)
                Interlocked.CompareExchange(ref _mostAtOnce, present, most);
            if (AnswerTime > TimeSpan.Zero)
                await Task.Delay(AnswerTime, Time, context.RequestAborted);
            await AnswerAsync(context, next);
        }
        finally
        {
            Interlocked.Decrement(ref _present);
        }
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var fault = TakeFault(context.Request.Method);
        if (!IsAuthorized(context.Request) || fault == GatewayFault.Unauthorized)
        {
            await WriteAsync(context, StatusCodes.Status401Unauthorized, "Invalid key");
            return;
        }
        context.Items[typeof(GatewayFault)] = fault;
        switch (fault)
        {
            case GatewayFault.ErrorBeforeWork:
                await WriteAsync(context, StatusCodes.Status500InternalServerError, "An error occurred");
                return;
            case GatewayFault.TooMany:
                await WriteAsync(context, StatusCodes.Status429TooManyRequests, "Please wait a few minutes and try again.");
                return;
            case GatewayFault.Forbidden:
                await WriteAsync(context, StatusCodes.Status403Forbidden, "Permission denied");
                return;
            case GatewayFault.CutAfterWork or GatewayFault.HangAfterWork or GatewayFault.ErrorAfterWork:
                await WorkInVainAsync(context, next, fault);
                return;
            default:
                await next(context);
                return;
        }
    }

    private async Task WorkInVainAsync(HttpContext context, RequestDelegate next, GatewayFault fault)
    {
        var answer = context.Response.Body;
        context.Response.Body = Stream.Null;
        await next(context);
        context.Response.Body = answer;
        context.Response.Clear(); // nobody hears what it said
        if (fault == GatewayFault.HangAfterWork)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
            await Task.Delay(HangTime, Time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (fault == GatewayFault.ErrorAfterWork)
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "An error occurred");
        else
            context.Abort();
    }

    private GatewayFault TakeFault(string method)
    {
        lock (Gate)
        {
            if (Fault == GatewayFault.None || FaultTimes <= 0 || (FaultMethod is { } only && only != method))
                return GatewayFault.None;
            FaultTimes--;
            return Fault;
        }
    }

    private protected virtual JsonObject ErrorBody(int status, string message) =>
        new() { ["status"] = false, ["message"] = message };

    private Task WriteAsync(HttpContext context, int status, string message) =>
        Json(ErrorBody(status, message), status).ExecuteAsync(context);
}
