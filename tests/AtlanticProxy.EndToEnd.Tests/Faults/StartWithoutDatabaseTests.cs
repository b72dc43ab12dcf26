using System.Net;
using System.Text.Json;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>The appliance starts again while its PostgreSQL is away, and serves from the snapshot on disk.</summary>
[TestClass]
[DoNotParallelize]
public sealed class StartWithoutDatabaseTests
{
    private const string Customer = "ann@example.com";

    private static readonly string[] s_loopback = ["--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8"];

    private static string Origin => $"127.0.0.1:{SharedAppliance.Origin.Port}";

    [TestMethod]
    public async Task Start_ServerElsewhereIsDown_ServesFromDiskAndGoesOnWhenItIsBack()
    {
        var options =
            new EmbeddedPostgresOptions { Directory = Path.Combine(Directory.CreateTempSubdirectory("atlantic-pg-").FullName,
                "db") };
        var server = await StartServerAsync(options);
        try
        {
            string[] settings = ["--Database:ConnectionString", server.ConnectionString, .. s_loopback];
            await using var first = await RunningAppliance.StartEmptyAsync(settings);
            var user = await AddUserAsync(first, settings[..2]);
            Assert.AreEqual(0, await first.StopAsync());

            await server.DisposeAsync();
            await using var second = await first.StartAgainAsync(settings);
            var used = await AssertServesWithoutDatabaseAsync(second, user);

            server = await StartServerAsync(options);
            await AssertGoesOnAsync(second, server.ConnectionString, user, used);
            await second.AddProxyUserAsync(Customer, "late", settings[..2]); // changes reach the engine again
            Assert.AreEqual(0, await second.StopAsync());
        }
        finally
        {
            await server.DisposeAsync();
            Directory.Delete(Path.GetDirectoryName(options.Directory)!, recursive: true);
        }
    }

    [TestMethod]
    public async Task Start_OwnServerCannotStart_ServesFromDiskAndGoesOnWhenItCan()
    {
        await using var first = await RunningAppliance.StartEmptyAsync(s_loopback);
        var user = await AddUserAsync(first, []);
        Assert.AreEqual(0, await first.StopAsync());

        // A cluster that others may enter is one that PostgreSQL refuses to start.
        var mode = File.GetUnixFileMode(first.PostgresDirectory);
        File.SetUnixFileMode(first.PostgresDirectory, mode | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await using var second = await first.StartAgainAsync(s_loopback);
        var used = await AssertServesWithoutDatabaseAsync(second, user);

        File.SetUnixFileMode(first.PostgresDirectory, mode);
        await AssertGoesOnAsync(
            second, EmbeddedPostgres.ConnectionStringIn(new() { Directory = second.PostgresDirectory }), user, used);
        Assert.AreEqual(0, await second.StopAsync());
    }

    private static Task<EmbeddedPostgres> StartServerAsync(EmbeddedPostgresOptions options) =>
        EmbeddedPostgres.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    private static async Task<ProxyCredentials> AddUserAsync(RunningAppliance appliance, string[] database)
    {
        await appliance.CliAsync(["provider", "add", "own", "--preset", "direct", .. database]);
        await appliance.CliAsync(["customer", "add", Customer, .. database]);
        return await appliance.AddProxyUserAsync(Customer, "alice", database);
    }

    /// <returns>Bytes up, down.</returns>
    private static async Task<(long Up, long Down)> AssertServesWithoutDatabaseAsync(
        RunningAppliance appliance, ProxyCredentials user)
    {
        const int Size = 100_000;
        string request = $"GET /bytes/{Size} HTTP/1.1\r\nHost: x\r\n\r\n";
        using var tunnel = await ProxyClient.OpenTunnelAsync(appliance, user, Origin);
        await tunnel.SendAsync(request);
        string head = await tunnel.ReadHeadAsync();
        await tunnel.ReadAsync(Size);
        StringAssert.StartsWith(await ProxyClient.ConnectAsync(appliance, user with { Password = "wrong" }, Origin),
            "HTTP/1.1 407 ");

        using var http = new HttpClient { BaseAddress = new Uri(appliance.Ready.Portal) };
        using var health = JsonDocument.Parse(await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));
        Assert.AreEqual("Degraded", health.RootElement.GetProperty("status").GetString(), health.RootElement.GetRawText());
        foreach (string part in new[] { "database", "snapshot" })
            Assert.AreEqual("Degraded",
                health.RootElement.GetProperty("entries").GetProperty(part).GetProperty("status").GetString());

        http.DefaultRequestHeaders.Add("Cookie", "atlantic-session=CfDJ8x");
        foreach (string page in new[] { "/", "/sign-in", "/admin" })
        {
            using var answer = await http.GetAsync(new Uri(page, UriKind.Relative));
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode, page);
            Assert.IsNotNull(answer.Headers.RetryAfter, page);
            StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "The database is away");
        }
        return (request.Length, head.Length + Size);
    }

    private static async Task AssertGoesOnAsync(
        RunningAppliance appliance, string connectionString, ProxyCredentials user, (long Up, long Down) used)
    {
        using var http = new HttpClient { BaseAddress = new Uri(appliance.Ready.Portal) };
        await Poll.UntilAsync(async () =>
        {
            using var page = await http.GetAsync(new Uri("/sign-in", UriKind.Relative));
            return page.StatusCode == HttpStatusCode.OK;
        }, TimeSpan.FromSeconds(60));
        await Poll.UntilAsync(async () =>
            (await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)))
                .Contains("\"status\":\"Healthy\",\"totalDuration\"", StringComparison.Ordinal));

        await using var database = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = database.CreateCommand(
            "select coalesce(sum(bytes_up), 0)::bigint, coalesce(sum(bytes_down), 0)::bigint from usage_daily u join "
                + "proxy_users p on p.id = u.proxy_user_id where p.name = $1");
        command.Parameters.AddWithValue(user.Username);
        (long Up, long Down) booked = default;
        await Poll.UntilAsync(async () =>
        {
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            booked = (row.GetInt64(0), row.GetInt64(1));
            return booked.Down >= used.Down;
        });
        Assert.AreEqual(used, booked);
        await using var jobs = database.CreateCommand("select count(*) > 0 from jobs.server");
        await Poll.UntilAsync(async () =>
            await jobs.ExecuteScalarAsync() is true, because: "the node takes its part in the cluster's jobs again");
    }
}
