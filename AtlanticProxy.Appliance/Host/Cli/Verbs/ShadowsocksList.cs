using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>proxy-user shadowsocks list NAME</c>: without passwords.</summary>
internal sealed class ShadowsocksList : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "The proxy user" };

    public ShadowsocksList(CommonOptions common)
        : base(common, "list", "List the Shadowsocks keys of a proxy user") => Add(_name);

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var user = await services.GetRequiredService<ProxyUserQueries>()
            .FindByNameAsync(Scope.Staff, parsed.GetRequiredValue(_name), cancel);
        if (!user.IsSuccess)
            return terminal.Fail(user);
        return terminal.List(await services.GetRequiredService<ShadowsocksKeyQueries>()
            .ListAsync(Scope.Staff, user.Value.Id, cancel),
            ("ID", key => key.Id.ToString(CultureInfo.InvariantCulture)), ("METHOD", key => key.Method),
            ("TARGETING", key => key.Targeting),
            ("SINCE", key => key.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
    }
}
