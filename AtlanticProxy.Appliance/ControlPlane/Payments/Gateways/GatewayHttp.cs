using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>What a gateway answered by HTTP.</summary>
/// <param name="Status">0 when nothing came, or no JSON.</param>
internal sealed record GatewayReply(int Status, JsonElement Body, string Raw)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether what was asked may have been done although nobody says so.</summary>
    public bool IsNoAnswer => Status is 0 or 408 or 429 or >= 500;
}

/// <summary>
/// Sends to gateways. Time-outs, and a breaker for each host; tries again only where that cannot do a thing twice: GET, and
/// requests with an idempotency key.
/// </summary>
internal sealed class GatewayHttp(HttpClient http)
{
    public const string ClientName = "gateways";

    /// <summary>What SDKs name the header that makes a repeated POST harmless.</summary>
    private const string IdempotencyKey = "Idempotency-Key";

    private const int Retries = 2;

    /// <summary>Doubled the second time: a dropped connection is mended by then, and no person has left.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Half of twenty requests in half a minute: a gateway that is down. It is left alone for a quarter of a minute then.
    /// </summary>
    private const int BreakerThroughput = 20;

    private static readonly TimeSpan BreakerWindow = TimeSpan.FromSeconds(30), BreakerPause = TimeSpan.FromSeconds(15);

    /// <summary>As much of an answer as is kept: enough to see what a gateway meant.</summary>
    public const int MaxRawLength = 8_000;

    public HttpClient Client => http;

    public static void Register(IServiceCollection services, PaymentOptions options)
    {
        var client = services.AddHttpClient(ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), // new addresses are noticed
                AutomaticDecompression = System.Net.DecompressionMethods.All, UseCookies = false,
            });
        client.RemoveAllLoggers(); // what matters is logged by who asks
        client.AddResilienceHandler(ClientName, pipeline => pipeline
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = Retries, Delay = RetryDelay, BackoffType = DelayBackoffType.Exponential, UseJitter = true,
                ShouldHandle = args => ValueTask.FromResult(IsRepeatable(args.Context.GetRequestMessage())
                    && HttpClientResiliencePredicates.IsTransient(args.Outcome)),
            })
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                MinimumThroughput = BreakerThroughput, FailureRatio = 0.5, SamplingDuration = BreakerWindow,
                BreakDuration = BreakerPause,
            })
            .AddTimeout(options.Timeout)).SelectPipelineByAuthority();
    }

    public async Task<GatewayReply> SendAsync(
        HttpMethod method, string url, AuthenticationHeaderValue authorization, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = authorization;
        request.Headers.Accept.Add(new("application/json"));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            string raw = await response.Content.ReadAsStringAsync(cancellation);
            using var document = JsonDocument.Parse(raw);
            return new GatewayReply((int)response.StatusCode, document.RootElement.Clone(), raw);
        }
        catch (Exception fault) when (IsNoAnswer(fault, cancellation) || fault is JsonException)
        {
            return new GatewayReply(0, default, "");
        }
    }

    /// <summary>Whether a request ended without an answer, rather than by us.</summary>
    public static bool IsNoAnswer(Exception fault, CancellationToken cancellation) => !cancellation.IsCancellationRequested
        && fault is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException
            or OperationCanceledException;

    private static bool IsRepeatable(HttpRequestMessage? request) =>
        request?.Method == HttpMethod.Get || request?.Headers.Contains(IdempotencyKey) == true;
}
