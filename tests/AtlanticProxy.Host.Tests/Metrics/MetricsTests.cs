using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using AtlanticProxy.Host.Metrics;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Host.Tests.Metrics;

/// <summary><c>/metrics</c> of a running appliance, as Prometheus reads it.</summary>
[TestClass]
public sealed partial class MetricsTests
{
    private const int Odd = 40;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Metrics_OfARunningAppliance_AreThoseOfThePage_InGoodForm_AndBounded()
    {
        using var folder = new TemporaryFolder();
        using var collector = new Collector();
        await using var appliance = await ApplianceProcess.ServeAsync(folder, "--demo",
            $"--Metrics:OtlpEndpoint=http://127.0.0.1:{collector.Port}", "--Metrics:OtlpInterval=00:00:01");
        await UseAsync(appliance, 0);
        // A reading of the database is a minute old at most, and the loops' timings a second.
        await Poll.UntilAsync(async () =>
            (await Scrape.OfAsync(appliance.Portal)).Families.ContainsKey("atlantic_first_byte_duration_seconds"));
        await Poll.UntilAsync(async () =>
            (await Scrape.OfAsync(appliance.Portal)).Families.ContainsKey("atlantic_job_duration_seconds"),
            TimeSpan.FromMinutes(2));
        var scrape = await Scrape.OfAsync(appliance.Portal);

        // Each metric is on the page, and each of the page is there.
        var page = Page();
        string[] seen = [.. scrape.Families.Select(each => Row(each.Key, each.Value))];
        Assert.AreEqual("", string.Join('\n', seen.Except(page.Select(each => Row(each.Key, each.Value)))),
            "not in docs/metrics.md");
        Assert.AreEqual("", string.Join('\n',
            page.Keys.Where(name => !scrape.Families.ContainsKey(name) && !OnlyInTime.Contains(name))),
            "not in /metrics");

        // Prometheus finds nothing wrong with them.
        var check = await Testing.Network.Tool.RunAsync("promtool", ["check", "metrics"], Encoding.UTF8.GetBytes(scrape.Text));
        Assert.AreEqual("", check.Errors.Trim() + check.Text.Trim());

        // However many destinations, names and paths there are, the series stay.
        for (int round = 1; round < 4; round++)
            await UseAsync(appliance, round * Odd);
        await Poll.UntilAsync(async () =>
            (await Scrape.OfAsync(appliance.Portal)).Value("atlantic_requests_refused_total{outcome=\"CredentialsWrong\"}")
                >= 4 * Odd);
        var later = await Scrape.OfAsync(appliance.Portal);
        Assert.AreEqual("", string.Join('\n', later.Series.Except(scrape.Series).Where(series =>
            !series.StartsWith("dotnet_", StringComparison.Ordinal) && !series.Contains("_duration_", StringComparison.Ordinal)
            && !series.StartsWith("atlantic_job_", StringComparison.Ordinal))));
        Assert.DoesNotContain("invalid", later.Text);
        Assert.DoesNotContain("/odd", later.Text);

        // OTLP sends the same.
        await Poll.UntilAsync(() => collector.Received.Contains("atlantic.connections.open", StringComparison.Ordinal));
        StringAssert.StartsWith(collector.Received, "POST /v1/metrics ");

        // Nobody else is told.
        using var stranger = new HttpClient();
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        using var refused = await stranger.GetAsync(new Uri($"{appliance.Portal}/metrics"), TestContext.CancellationToken);
        Assert.AreEqual(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [TestMethod]
    [DataRow("http://collector:4318", "http://collector:4318/v1/metrics")]
    [DataRow("https://collector/", "https://collector/v1/metrics")]
    [DataRow("https://collector/otlp/metrics", "https://collector/otlp/metrics")]
    public void OtlpEndpoint_WithoutAPath_HasThatOfMetrics(string endpoint, string address) =>
        Assert.AreEqual(address, new MetricsOptions { OtlpEndpoint = endpoint }.OtlpAddress.ToString());

    [TestMethod]
    public void Options_ThatAreWrong_AreNamed()
    {
        string[] wrong = [.. new MetricsOptions { OtlpEndpoint = "collector:4318", OtlpInterval = TimeSpan.Zero }.Validate()];

        Assert.HasCount(2, wrong);
        StringAssert.StartsWith(wrong[0], "Metrics:OtlpEndpoint: 'collector:4318' ");
        StringAssert.StartsWith(wrong[1], "Metrics:OtlpInterval: ");
        Assert.IsEmpty(new MetricsOptions { OtlpEndpoint = "http://collector:4318" }.Validate());
    }

    /// <summary>What is there only after something happened that this test does not wait for.</summary>
    private static readonly HashSet<string> OnlyInTime =
    [
        "atlantic_certificate_expiry_timestamp_seconds", "atlantic_money_revenue", "atlantic_money_recurring",
        "atlantic_job_failed", "atlantic_job_last_success_timestamp_seconds", "db_client_operation_failed_total",
        "kestrel_rejected_connections_total",
    ];

    /// <summary>Requests to destinations, by users, and for pages that nobody else asks for.</summary>
    private static async Task UseAsync(ApplianceProcess appliance, int from)
    {
        var user = appliance.Ready.RootElement.GetProperty("proxyUser");
        var proxy = IPEndPoint.Parse(appliance.Ready.RootElement.GetProperty("proxy").GetString()!);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        for (int i = from; i < from + Odd; i++)
        {
            using var good = await RawClient.ConnectAsync(proxy);
            await good.SendAsync($"GET http://exit.test/odd{i} HTTP/1.1\r\nHost: exit.test\r\nConnection: close\r\n"
                + Credentials($"{user.GetProperty("username")}-session-s{i}", user.GetProperty("password").GetString()!)
                + "\r\n");
            await good.ReadToEndAsync();
            using var bad = await RawClient.ConnectAsync(proxy);
            await bad.SendAsync($"CONNECT host{i}.invalid:{1000 + i} HTTP/1.1\r\n{Credentials($"nobody{i}", "x")}\r\n");
            await bad.ReadHeadAsync();
            using var page = await browser.GetAsync(new Uri($"{appliance.Portal}/odd{i}?host=h{i}.invalid"));
        }
    }

    private static string Credentials(string name, string password) =>
        $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))}\r\n";

    private static Dictionary<string, (string Type, string Labels)> Page() =>
        File.ReadLines(Path.Combine(Checkout.Root, "docs", "metrics.md")).Select(line => PageRow().Match(line))
            .Where(row => row.Success).ToDictionary(row => row.Groups[1].Value, row =>
                (row.Groups[2].Value, row.Groups[3].Value.Replace("`", "", StringComparison.Ordinal).Trim()));

    private static string Row(string name, (string Type, string Labels) metric) => $"{name} | {metric.Type} | {metric.Labels}";

    [GeneratedRegex(@"^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\|[^|]+\|$")]
    private static partial Regex PageRow();

    /// <summary>Takes what OTLP sends, and answers that all is well.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _receiving;
        private volatile string _received = "";

        public Collector()
        {
            _listener.Start();
            _receiving = ReceiveAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>The last of it, head and body.</summary>
        public string Received => _received;

        public void Dispose() => _listener.Stop();

        private async Task ReceiveAsync()
        {
            byte[] buffer = new byte[1 << 20];
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                int length = 0;
                while (!IsWhole(Encoding.Latin1.GetString(buffer, 0, length))
                    && await stream.ReadAsync(buffer.AsMemory(length)) is > 0 and var read)
                    length += read;
                _received = Encoding.Latin1.GetString(buffer, 0, length);
                await stream.WriteAsync(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8
                        .ToArray());
            }
        }

        private static bool IsWhole(string text) =>
            text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var end
            && Regex.Match(text, "content-length: (\\d+)", RegexOptions.IgnoreCase) is { Success: true } length
            && text.Length >= end + 4 + int.Parse(length.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }
}
