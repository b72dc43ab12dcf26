using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>connections PROXY-USER</c>: its last connections, the latest first, and why some were refused.</summary>
internal sealed class Connections : SubjectVerb<ProxyUserSummary>
{
    private readonly Option<int?> _last = Values.Count(
        "--last", $"How many, up to {ConnectionFilter.MaxLast}; {ConnectionFilter.DefaultLast} if left out", min: 1);

    private readonly Option<ConnectionOutcome?> _outcome = Values.Option(
        "--outcome", "OUTCOME", "Only those that ended so, for example DestinationForbidden", OutcomeCalled);

    private readonly Option<bool> _refused = new("--refused") { Description = "Only those that were refused" };

    public Connections(CommonOptions common)
        : base(common, "connections", "Show the last connections of a proxy user", Subject.ProxyUserByName("PROXY-USER")) =>
            AddAll(_last, _outcome, _refused);

    protected override async Task<int> RunAsync(Call call, ProxyUserSummary user)
    {
        var (services, parsed, terminal, cancel) = call;
        var last = await services.GetRequiredService<ConnectionQueries>().LastAsync(
            Scope.Staff, user.Id,
            new ConnectionFilter(parsed.GetValue(_last) ?? ConnectionFilter.DefaultLast, parsed.GetValue(_outcome),
                parsed.GetValue(_refused)), cancel);
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

    /// <summary>Endings are called as everywhere else: in the log, in Proxy-Status, on pages.</summary>
    private static Result<ConnectionOutcome> OutcomeCalled(string text) =>
        Enum.GetNames<ConnectionOutcome>()
            .FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Enum.Parse<ConnectionOutcome>(known)
                : new Error(ErrorKind.Invalid, "outcome.unknown",
                    $"'{text}' is not one of {string.Join(", ", Enum.GetNames<ConnectionOutcome>())}.");
}
