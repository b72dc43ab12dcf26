using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Testing;
using AtlanticProxy.Web;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>
/// A portal with an owner, a customer with a sign-in, a proxy user with traffic, and a provider: something on every page.
/// </summary>
internal sealed class FilledPortal : IAsyncDisposable
{
    public const string Owner = "owner@test.example", Customer = "customer@test.example", ProxyUser = "meridian";

    private readonly PostgresServer _server;

    private FilledPortal(PostgresServer server, RunningPortal portal) => (_server, Portal) = (server, portal);

    public RunningPortal Portal { get; }

    public long CustomerId { get; private set; }

    public long ProxyUserId { get; private set; }

    public static async Task<FilledPortal> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        var filled = new FilledPortal(server, await RunningPortal.StartAsync(
            server: server, services: services => services.AddSingleton<ILiveConnections, StandingConnections>()
                .AddSingleton<IHealthLooks, StandingLooks>()));
        var portal = filled.Portal;
        await portal.AddStaffAsync(Owner, Roles.Owner);
        filled.CustomerId = (await portal.UseAsync<CreateCustomer, Result<CustomerSummary>>(
            create => create.ExecuteAsync(new(Customer, "Meridian Analytics"), CancellationToken.None))).Value.Id;
        _ = (await portal.UseAsync<CreateCustomerLogin, Result<long>>(
            create => create.ExecuteAsync(new(filled.CustomerId, RunningPortal.Password), CancellationToken.None))).Value;
        filled.ProxyUserId = (await portal.UseAsync<CreateProxyUser, Result<ProxyUserCredentials>>(
            create => create.ExecuteAsync(new(Scope.Staff, filled.CustomerId, ProxyUser),
                CancellationToken.None))).Value.ProxyUserId;
        _ = (await portal.UseAsync<AddProvider, Result<ProviderSummary>>(
            add => add.ExecuteAsync(new("upstream", new ProviderSettings("http://gateway.test:8000")),
                CancellationToken.None))).Value;
        _ = (await portal.UseAsync<AddPool, Result<PoolSummary>>(
            add => add.ExecuteAsync(new("main", new PoolSettings(PoolPolicy.Priority, [new PoolMemberSettings("upstream")])),
                CancellationToken.None))).Value;
        _ = (await portal.UseAsync<CreatePlan, Result<PlanSummary>>(
            create => create.ExecuteAsync(new("Starter", PlanKind.Subscription, 999, "USD", 10_000_000_000, "main"),
                CancellationToken.None))).Value;
        _ = (await portal.UseAsync<AddShadowsocksKey, Result<ShadowsocksCredentials>>(
            add => add.ExecuteAsync(new(Scope.Staff, filled.ProxyUserId, "chacha20-ietf-poly1305", "country-us-session-phone1"),
                CancellationToken.None))).Value;
        await portal.Database.ExecuteAsync("""
            insert into destination_rules (kind, value, note) values ('suffix', 'bad.example', 'Abuse of 1 December');
            insert into announcements (title, words, on_public_pages, shows_from) values
                ('Maintenance on 1 December', 'From **02:00** to 03:00 UTC. [Details](https://status.example)', true, now())
            """);
        await portal.Database.ExecuteAsync(
            $"""
            insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
            select {filled.ProxyUserId}, 1, '', date_trunc('hour', now()) - i * interval '1 hour', 1000000 * (i + 1),
                123456789::bigint * (i + 1), i + 1
            from generate_series(0, 20) i;
            insert into usage_targets (proxy_user_id, day, host, bytes, error, connections)
            select {filled.ProxyUserId}, date_trunc('day', now(), 'UTC'), 'shop-' || i || '.example', 2000000000 / i, i % 3,
                900 / i from generate_series(1, 8) i
            union all select {filled.ProxyUserId}, date_trunc('day', now(), 'UTC'),
                'a-very-long-name-of-a-content-delivery-network.eu-central-1.cdn.example', 150000, 0, 1
            """);
        await portal.Database.ExecuteAsync(
            $"""
            select ensure_partitions(array['connection_log'], now() - interval '1 day',
                now()); -- some of it may have ended yesterday
            insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, detail, client_address, host,
                port, provider_id, country, bytes_up, bytes_down)
            values ({filled.ProxyUserId}, now(), 84, 'Completed', false, null, '203.0.113.7',
                'www.a-shop-with-a-rather-long-name.example', 443, 1, 'us', 1822, 481516),
                ({filled.ProxyUserId}, now() - interval '9 s', 302, 'CredentialsWrong', true, null,
                    '2001:db8:85a3::8a2e:370:7334', '', 0, 0, '', 0, 0),
                ({filled.ProxyUserId}, now() - interval '1 min', 1, 'UnknownTarget', true, 'countri: did you mean country?',
                    '203.0.113.7', 'example.com', 443, 0, '', 0, 0),
                ({filled.ProxyUserId}, now() - interval '2 min', 7512000, 'LeaseExhausted', false, null, '203.0.113.7',
                    'video.example', 443, 1, '', 1048576, 73400320000),
                ({filled.ProxyUserId}, now() - interval '3 min', 61250, 'UpstreamReset', false, null, '203.0.113.7',
                    'api.example', 8443, 1, 'de', 900, 12)
            """);
        return filled;
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _server.DisposeAsync();
    }
}
