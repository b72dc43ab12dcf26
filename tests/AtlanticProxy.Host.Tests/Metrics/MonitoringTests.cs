using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Tool = AtlanticProxy.Testing.Network.Tool;

namespace AtlanticProxy.Host.Tests.Metrics;

/// <summary>What <c>packaging/monitoring</c> ships, by the programs that it is for.</summary>
[TestClass]
public sealed partial class MonitoringTests
{
    private static readonly string Package = Path.Combine(Checkout.Root, "packaging", "monitoring");

    private static string Prometheus(string file) => Path.Combine(Package, "prometheus", file);

    [TestMethod]
    public async Task Rules_AreValid_AndEachAlertFiresWhenItShould()
    {
        await SucceedsAsync("promtool", "check", "rules", Prometheus("rules/recording.yml"), Prometheus("rules/alerts.yml"));
        await SucceedsAsync("promtool", "test", "rules", Prometheus("tests.yml"));
        CollectionAssert.AreEquivalent(Alerts().ToList(),
            File.ReadLines(Prometheus("tests.yml")).Select(line => Regex.Match(line, "^  - name: (\\w+)$"))
                .Where(match => match.Success).Select(match => match.Groups[1].Value).ToList());
    }

    [TestMethod]
    public async Task Alertmanager_TakesItsConfiguration_AndWakesSomebodyForPages()
    {
        string file = Path.Combine(Package, "alertmanager", "alertmanager.yml");
        await SucceedsAsync("amtool", "check-config", file);
        string[] routes = ["config", "routes", "test", $"--config.file={file}"];
        Assert.AreEqual("pagerduty,slack", (await SucceedsAsync("amtool", [.. routes, "severity=page"])).Trim());
        Assert.AreEqual("slack", (await SucceedsAsync("amtool", [.. routes, "severity=warn"])).Trim());
    }

    [TestMethod]
    public void Runbook_HasASectionForEachAlert_WhichItsLinkLeadsTo()
    {
        string runbook = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "operations", "runbook.md"));
        var sections = Regex.Matches(runbook, "^## (\\w+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        var links = Regex.Matches(File.ReadAllText(Prometheus("rules/alerts.yml")), "runbook_url: .*runbook\\.md#(\\w+)$",
            RegexOptions.Multiline).Select(match => match.Groups[1].Value);

        CollectionAssert.AreEqual(Alerts().ToList(), sections.ToList());
        CollectionAssert.AreEqual(Alerts().Select(alert => alert.ToLowerInvariant()).ToList(), links.ToList());
    }

    [TestMethod]
    public async Task Dashboard_EachOfItsQueries_IsAnsweredByAPrometheusThatScrapesAnAppliance()
    {
        using var folder = new TemporaryFolder();
        await using var appliance = await ApplianceProcess.ServeAsync(folder, "--demo");
        await using var prometheus = await RunningPrometheus.StartAsync(folder, new Uri(appliance.Portal).Authority);

        string[] queries = [.. Queries().Select(query => query.Replace("$__rate_interval", "30s", StringComparison.Ordinal)
            .Replace("$instance", ".*", StringComparison.Ordinal))];
        Assert.IsGreaterThan(30, queries.Length);
        string[] silent = queries;
        try
        {
            await Poll.UntilAsync(async () =>
            {
                await UseAsync(appliance);
                var answers =
                    await Task.WhenAll(silent.Select(async query => (query, Count: await prometheus.CountAsync(query))));
                silent = [.. answers.Where(answer => answer.Count == 0).Select(answer => answer.query)];
                return silent.Length == 0;
            }, TimeSpan.FromMinutes(3));
        }
        catch (TimeoutException)
        {
            // The assertion says which of them were silent.
        }
        Assert.AreEqual("", string.Join('\n', silent), "no series");
        Assert.AreEqual(0, await prometheus.CountAsync("ALERTS{alertstate=\"firing\", instance=~\".*\", severity=\"page\"}"));
        await Poll.UntilAsync(async () => await prometheus.CountAsync("provider:atlantic_dial_duration_seconds:p95_5m") > 0);
    }

    private static IEnumerable<string> Alerts() => File.ReadLines(Prometheus("rules/alerts.yml"))
        .Select(line => AlertName().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Package, "grafana", "atlanticproxy.json")));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
            if (panel.TryGetProperty("targets", out var targets))
                foreach (var target in targets.EnumerateArray())
                    yield return target.GetProperty("expr").GetString()!;
    }

    private static async Task<string> SucceedsAsync(string program, params string[] arguments)
    {
        var result = await Tool.RunAsync(program, arguments);
        Assert.AreEqual(0, result.ExitCode, result.ToString());
        return result.Text;
    }

    /// <summary>A request and a tunnel through the proxy, and a page.</summary>
    private static async Task UseAsync(ApplianceProcess appliance)
    {
        var user = appliance.Ready.RootElement.GetProperty("proxyUser");
        string login = $"{user.GetProperty("username")}:{user.GetProperty("password")}";
        string header = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}\r\n";
        using var client = await RawClient.ConnectAsync(
            IPEndPoint.Parse(appliance.Ready.RootElement.GetProperty("proxy").GetString()!));
        await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\nConnection: close\r\n{header}\r\n");
        await client.ReadToEndAsync();
        using var browser = new HttpClient();
        using var page = await browser.GetAsync(new Uri($"{appliance.Portal}/sign-in"));
    }

    [GeneratedRegex("^      - alert: (\\w+)$")]
    private static partial Regex AlertName();

    /// <summary>Debian's Prometheus with the configuration that is shipped, on a port of loopback.</summary>
    private sealed class RunningPrometheus : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _client = new();
        private readonly string _address;

        private RunningPrometheus(Process process, string address) => (_process, _address) = (process, address);

        public static async Task<RunningPrometheus> StartAsync(TemporaryFolder folder, string appliance)
        {
            string configuration = folder["prometheus.yml"];
            await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(Prometheus("prometheus.yml")))
                .Replace("/etc/prometheus/rules", Prometheus("rules"), StringComparison.Ordinal)
                .Replace("127.0.0.1:8000", appliance, StringComparison.Ordinal)
                .Replace("15s", "1s", StringComparison.Ordinal));
            await SucceedsAsync("promtool", "check", "config", configuration);
            string address = $"127.0.0.1:{FreePort()}";
            var start = new ProcessStartInfo("prometheus", [
                $"--config.file={configuration}", $"--storage.tsdb.path={folder["prometheus"]}",
                $"--web.listen-address={address}", "--log.level=error"]);
            var running = new RunningPrometheus(Process.Start(start)!, address);
            await Poll.UntilAsync(async () =>
            {
                try
                {
                    return await running.CountAsync("up") > 0;
                }
                catch (HttpRequestException)
                {
                    return false; // not listening yet
                }
            });
            return running;
        }

        /// <summary>Series that answer a query.</summary>
        public async Task<int> CountAsync(string query)
        {
            using var answer = await _client.GetAsync(
                new Uri($"http://{_address}/api/v1/query?query={Uri.EscapeDataString(query)}"));
            string text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                throw new HttpRequestException(text);
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, $"{query}: {text}");
            using var json = JsonDocument.Parse(text);
            return json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
        }

        public async ValueTask DisposeAsync()
        {
            Signal.Send(_process.Id, Signal.Terminate);
            await _process.WaitForExitAsync();
            _process.Dispose();
            _client.Dispose();
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
