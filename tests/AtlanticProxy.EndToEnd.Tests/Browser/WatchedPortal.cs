using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>A portal of a customer who has used it for weeks: there is something to watch.</summary>
internal sealed class WatchedPortal : IAsyncDisposable
{
    public const string Customer = "customer@test.example", Newcomer = "newcomer@test.example";

    private readonly PostgresServer _server;

    private WatchedPortal(PostgresServer server, RunningPortal portal) => (_server, Portal) = (server, portal);

    public RunningPortal Portal { get; }

    public static async Task<WatchedPortal> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        var watched = new WatchedPortal(server, await RunningPortal.StartAsync(server: server));
        await watched.FillAsync();
        return watched;
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task FillAsync()
    {
        await Portal.AddStaffAsync("owner@test.example", Roles.Owner); // without one, there is nowhere to sign in
        Done(await Portal.UseAsync((AddProvider add) => add.ExecuteAsync(
            new("wide", new ProviderSettings("http://gateway.test:8000", "user-{country}-{state}-{city}-{asn}", "secret")),
            default)));
        long plan = Done(await Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new("Personal", PlanKind.Subscription, 2900, "USD", 50_000_000_000), default))).Id;
        long customer = await AddCustomerAsync(Customer, "Meridian Analytics");
        Assert.IsTrue((await Portal.UseAsync((AssignPlan assign) =>
            assign.ExecuteAsync(new(customer, plan), default))).IsSuccess);
        await AddCustomerAsync(Newcomer, "New Here");
        foreach (string name in (string[])["scraper", "pricewatch", "adcheck"])
            Done(await Portal.UseAsync((CreateProxyUser create) =>
                create.ExecuteAsync(new(Scope.Staff, customer, name), default)));
        await Portal.Database.ExecuteAsync(Use);
        await Portal.Database.ExecuteAsync(Log);
    }

    private async Task<long> AddCustomerAsync(string email, string name)
    {
        long id = Done(await Portal.UseAsync((CreateCustomer create) => create.ExecuteAsync(new(email, name), default))).Id;
        Done(await Portal.UseAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(id, RunningPortal.Password), default)));
        return id;
    }

    private static T Done<T>(Result<T> result) => result.Value;

    /// <summary>Forty days by the hour, more by day than by night, in five countries; with hosts and endings.</summary>
    private const string Use = """
        select ensure_partitions(array['usage_hourly', 'usage_daily', 'usage_targets', 'connection_log', 'connection_hours'],
            now() - interval '41 days', now());
        update schema_migrations set applied_at = now() - interval '90 days';
        create temporary table used as
            select u.id as proxy_user, h as hour, c.code as country,
                (2e6 * u.id * c.part * (2 + sin(extract(hour from h) / 3.8 - 2)) * (1 + extract(day from h)::int % 5))::bigint
                    as bytes,
                (u.id * c.part)::bigint as connections
            from proxy_users u,
                generate_series(date_trunc('hour', now()) - interval '40 days', date_trunc('hour', now()), '1 hour') h,
                (values ('us', 9), ('de', 4), ('fr', 2), ('br', 1), ('', 1)) c (code, part);
        insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
            select proxy_user, 1, country, hour, bytes / 12, bytes, connections from used;
        insert into usage_daily (proxy_user_id, provider_id, country, day, bytes_up, bytes_down, connections)
            select proxy_user, 1, country, date_trunc('day', hour, 'UTC'), sum(bytes) / 12, sum(bytes), sum(connections)
            from used group by 1, 3, 4;
        insert into connection_hours (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
            select proxy_user, hour, country, 'Completed', 29 + proxy_user % 3, false, connections from used;
        insert into connection_hours (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
            select proxy_user, hour, country, e.outcome, -1, e.refused, 1 from used,
                (values ('NoExit', true, 7), ('UpstreamTimeout', true, 5), ('UpstreamReset', false, 11))
                    e (outcome, refused, every)
            where extract(hour from hour)::int % e.every = 0 and country <> '';
        insert into usage_targets (proxy_user_id, day, host, bytes, error, connections)
            select u.id, date_trunc('day', now(), 'UTC') - d * interval '1 day', host, 3e9 / n, 0, 900 / n
            from proxy_users u, generate_series(0, 9) d, (values ('images.shop.example', 1), ('www.shop.example', 3),
                ('api.prices.example', 4), ('a-very-long-name-of-a-content-delivery-network.eu-central-1.cdn.example', 9))
                t (host, n)
        """;

    /// <summary>The last connections of each kind, and a burst of one.</summary>
    private const string Log = """
        insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, detail, client_address, host, port,
            provider_id, country, connect_ms, bytes_up, bytes_down)
        select u.id, now() - e.ago::interval, e.took, e.outcome, e.refused, e.detail, '203.0.113.7', e.host, 443, 1, e.country,
            e.connect, e.up, e.down
        from proxy_users u join (values
            ('scraper', '4 s', 840, 'Completed', false, null, 'images.shop.example', 'us', 212, 1822, 481516),
            ('scraper', '9 s', 30020, 'UpstreamTimeout', true, null, 'www.shop.example', 'de', null, 0, 0),
            ('pricewatch', '31 s', 12, 'UnknownTarget', true, 'countri: did you mean country?', 'api.prices.example', '', null,
                0, 0),
            ('adcheck', '2 min', 61250, 'UpstreamReset', false, null,
                'a-very-long-name-of-a-content-delivery-network.eu-central-1.cdn.example', 'fr', 187, 900, 12000),
            ('pricewatch', '3 min', 7512000, 'LeaseExhausted', false, null, 'video.example', '', 240, 1048576, 7340032000),
            ('adcheck', '5 min', 3200, 'ClientReset', false, null, 'www.shop.example', 'us', 160, 5000, 90000)
        ) e (name, ago, took, outcome, refused, detail, host, country, connect, up, down) on e.name = u.name;
        insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, detail, client_address, host, port,
            provider_id, country, bytes_up, bytes_down)
        select u.id, now() - interval '1 min' - i * interval '90 ms', 1, 'CredentialsWrong', true, null, '203.0.113.9', '', 0, 0,
            '', 0, 0 from proxy_users u, generate_series(1, 13) i where u.name = 'scraper'
        """;
}
