using System.CommandLine;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>proxy-user shadowsocks remove NAME ID</c>.</summary>
internal sealed class ShadowsocksRemove : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "The proxy user" };
    private readonly Argument<long> _id = new("ID") { Description = "As proxy-user shadowsocks list shows it" };

    public ShadowsocksRemove(CommonOptions common) : base(common, "remove", "Take a Shadowsocks key away and cut its connections")
    {
        Add(_name);
        Add(_id);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var user = await services.GetRequiredService<ProxyUserQueries>()
            .FindByNameAsync(Scope.Staff, parsed.GetRequiredValue(_name), cancel);
        if (!user.IsSuccess)
            return terminal.Fail(user);
        long id = parsed.GetRequiredValue(_id);
        var removed = await services.GetRequiredService<RemoveShadowsocksKey>()
            .ExecuteAsync(new(Scope.Staff, user.Value.Id, id), cancel);
        return removed.IsSuccess ? terminal.Done(new { id }, $"Removed Shadowsocks key {id}") : terminal.Fail(removed);
    }
}
