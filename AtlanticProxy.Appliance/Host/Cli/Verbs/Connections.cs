using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>connections PROXY-USER</c>: its last connections, the latest first, and why some were refused.</summary>
internal sealed class Connections : DatabaseVerb
{
    private readonly Argument<string> _name = new("PROXY-USER") { Description = "The proxy user" };

    private readonly Option<int> _last = new("--last")
    {
        Description = $"How many, up to {ConnectionFilter.MaxLast}", DefaultValueFactory = _ => ConnectionFilter.DefaultLast,
    };

    private readonly Option<ConnectionOutcome?> _outcome =
        new("--outcome") { Description = "Only those that ended so, for example DestinationForbidden" };

    private readonly Option<bool> _refused = new("--refused") { Description = "Only those that were refused" };

    public Connections(CommonOptions common) : base(common, "connections", "Show the last connections of a proxy user")
    {
        Add(_name);
        Add(_last);
        Add(_outcome);
        Add(_refused);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var user = await services.GetRequiredService<ProxyUserQueries>()
            .FindByNameAsync(Scope.Staff, parsed.GetRequiredValue(_name), cancel);
        if (!user.IsSuccess)
            return terminal.Fail(user);
        var last = await services.GetRequiredService<ConnectionQueries>().LastAsync(
            Scope.Staff, user.Value.Id,
            new ConnectionFilter(parsed.GetValue(_last), parsed.GetValue(_outcome), parsed.GetValue(_refused)), cancel);
        if (!last.IsSuccess)
            return terminal.Fail(last);
        return terminal.List(last.Value,
            ("STARTED (UTC)", c => c.StartedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            ("CLIENT", c => c.ClientAddress),
            ("DESTINATION", c => c.Host.Length > 0 ? $"{c.Host}:{c.Port}" : ""), ("OUTCOME", c => c.Outcome),
            ("PROVIDER", c => c.Provider ?? ""), ("COUNTRY", c => c.Country),
            ("UP", c => c.BytesUp.ToString("N0", CultureInfo.InvariantCulture)),
            ("DOWN", c => c.BytesDown.ToString("N0", CultureInfo.InvariantCulture)),
            ("MS", c => c.DurationMs.ToString("N0", CultureInfo.InvariantCulture)),
            ("WHY", c => c.Detail ?? (c.Refused ? c.Reason : "")));
    }
}
