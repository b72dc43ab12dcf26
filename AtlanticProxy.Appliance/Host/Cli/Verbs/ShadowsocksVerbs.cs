using System.CommandLine;
using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>proxy-user shadowsocks add|list|remove NAME</c>: ways into a proxy user by Shadowsocks.</summary>
internal static class ShadowsocksVerbs
{
    public static Command All(CommonOptions common) => new("shadowsocks", "Ways into a proxy user by Shadowsocks")
    {
        Add(common),
        new SimpleVerb<ProxyUserSummary>(common, "list", "List the Shadowsocks keys of a proxy user", Subject.ProxyUserByName(),
            async (call, user) =>
            call.Terminal.List(await call.Get<ShadowsocksKeyQueries>().ListAsync(Scope.Staff, user.Id, call.Cancel),
                ("ID", key => Views.Id(key.Id)), ("METHOD", key => key.Method), ("TARGETING", key => key.Targeting),
                ("SINCE", key => Views.Day(key.CreatedAt)))),
        Remove(common),
    };

    /// <summary><c>add NAME [--method M] [--targeting T] [--server H:P]</c>: prints the link once.</summary>
    private static SimpleVerb<ProxyUserSummary> Add(CommonOptions common)
    {
        var method = new Option<string>("--method")
        {
            HelpName = "M", Description = "chacha20-ietf-poly1305, aes-256-gcm or aes-128-gcm",
            DefaultValueFactory = _ => ShadowsocksMethod.ChaCha20Poly1305.Name(),
        };
        var targeting = new Option<string>("--targeting")
        {
            HelpName = "T", Description = "What its connections ask for, such as country-de-session-a1",
            DefaultValueFactory = _ => "",
        };
        var server = new Option<string>("--server")
        {
            HelpName = "HOST:PORT", Description = "Where clients reach the Shadowsocks port, for the link",
            DefaultValueFactory = _ => "127.0.0.1:8388",
        };
        return new(common, "add", "Let a proxy user in by Shadowsocks and show its link, once", Subject.ProxyUserByName(),
            (call, user) =>
        {
            string at = call.Value(server)!;
            if (!Uri.TryCreate($"tcp://{at}", UriKind.Absolute, out var address)
                || address.Port is < IPEndPoint.MinPort + 1 or > IPEndPoint.MaxPort)
                return Task.FromResult(
                    call.Terminal.Fail($"--server: '{at}' is not host:port, for example proxy.example.com:8388."));
            return call.DoneAsync(
                call.Get<AddShadowsocksKey>()
                    .ExecuteAsync(new(Scope.Staff, user.Id, call.Value(method)!, call.Value(targeting)!), call.Cancel),
                key => new { id = key.KeyId, method = key.Method, password = key.Password,
                    link = key.Link(address.Host, address.Port) },
                key => [key.Link(address.Host, address.Port)]);
        }, method, targeting, server);
    }

    private static SimpleVerb<ProxyUserSummary> Remove(CommonOptions common)
    {
        var id = Values.IdArgument("As proxy-user shadowsocks list shows it");
        return new(common, "remove", "Take a Shadowsocks key away and cut its connections", Subject.ProxyUserByName(),
            (call, user) => call.DoneAsync(
            call.Get<RemoveShadowsocksKey>().ExecuteAsync(new(Scope.Staff, user.Id, call.Value(id)), call.Cancel),
            new { id = call.Value(id) }, $"Removed Shadowsocks key {Views.Id(call.Value(id))}"), id);
    }
}
