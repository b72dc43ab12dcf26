using System.CommandLine;
using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>proxy-user shadowsocks add NAME [--method M] [--targeting T] [--server H:P]</c>: prints the link once.</summary>
internal sealed class ShadowsocksAdd : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "The proxy user" };
    private readonly Option<string> _method = new("--method")
    {
        HelpName = "M", Description = "chacha20-ietf-poly1305 (default), aes-256-gcm or aes-128-gcm",
        DefaultValueFactory = _ => ShadowsocksMethod.ChaCha20Poly1305.Name(),
    };
    private readonly Option<string> _targeting = new("--targeting")
    {
        HelpName = "T", Description = "What its connections ask for, such as country-de-session-a1", DefaultValueFactory = _ =>
        "",
    };
    private readonly Option<string> _server = new("--server")
    {
        HelpName = "HOST:PORT", Description = "Where clients reach the Shadowsocks port, for the link", DefaultValueFactory = _ =>
        "127.0.0.1:8388",
    };

    public ShadowsocksAdd(CommonOptions common)
        : base(common, "add", "Let a proxy user in by Shadowsocks and show its link, once")
    {
        Add(_name);
        Add(_method);
        Add(_targeting);
        Add(_server);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string server = parsed.GetRequiredValue(_server);
        if (!Uri.TryCreate($"tcp://{server}", UriKind.Absolute, out var address)
            || address.Port is < IPEndPoint.MinPort + 1 or > IPEndPoint.MaxPort)
            return terminal.Fail($"--server: '{server}' is not host:port, for example proxy.example.com:8388.");
        var user = await services.GetRequiredService<ProxyUserQueries>()
            .FindByNameAsync(Scope.Staff, parsed.GetRequiredValue(_name), cancel);
        if (!user.IsSuccess)
            return terminal.Fail(user);
        var added = await services.GetRequiredService<AddShadowsocksKey>().ExecuteAsync(
            new(Scope.Staff, user.Value.Id, parsed.GetRequiredValue(_method), parsed.GetRequiredValue(_targeting)), cancel);
        if (!added.IsSuccess)
            return terminal.Fail(added);
        string link = added.Value.Link(address.Host, address.Port);
        return terminal.Done(new { id = added.Value.KeyId, method = added.Value.Method, password = added.Value.Password, link },
            link);
    }
}
