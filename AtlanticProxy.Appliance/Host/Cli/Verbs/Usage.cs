using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>usage [--customer EMAIL] [--proxy-user NAME] [--since T]</c>: hour by hour, by proxy user and provider. <c>usage --domains
/// [EMAIL]</c>: the hosts with the most bytes. <c>usage CUSTOMER</c>: <see cref="CustomerUsage"/>.
/// </summary>
internal sealed class Usage : DatabaseVerb
{
    /// <summary>What is shown without <c>--since</c>.</summary>
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(1);

    /// <summary>What a page of the portal would show in full; the database keeps a hundred a day of each proxy user.</summary>
    private const int TopDomains = 100;

    private readonly Argument<string?> _only = new("CUSTOMER")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Its email address: what it has left of each grant, whether it is served, its last 30 days",
    };
    private readonly Option<string?> _customer = new("--customer") { HelpName = "EMAIL", Description = "Only this customer's" };
    private readonly Option<string?> _proxyUser = new("--proxy-user") { HelpName = "NAME",
        Description = "Only this proxy user's" };
    private readonly Option<string?> _domains = new("--domains")
    {
        HelpName = "EMAIL",
        Arity = ArgumentArity.ZeroOrOne,
        Description =
        "The hosts with the most bytes instead, of this customer, or of all; by day, of the last 30 days without --since",
    };
    private readonly Option<DateTimeOffset?> _since = Values.Instant(
        "--since", "From this time on, 2026-11-22 or 2026-11-22T08:00Z (UTC); the last 24 hours if left out");

    public Usage(CommonOptions common) : base(common, "usage", "Show the bytes that were relayed")
    {
        Add(_only);
        Add(_customer);
        Add(_proxyUser);
        Add(_domains);
        Add(_since);
        Validators.Add(given =>
        {
            if (given.GetResult(_only) is { Tokens.Count: > 0 }
                && new Option[] { _customer, _proxyUser, _domains, _since }.Any(option => given.GetResult(option) is not null))
                given.AddError("Give CUSTOMER alone, or --customer with the other options.");
        });
    }

    protected override async Task<int> RunAsync(Call call)
    {
        if (call.Parsed.GetValue(_only) is { } alone)
            return await CustomerUsage.ShowAsync(call, alone);
        var (services, parsed, terminal, cancel) = call;
        var filter = new UsageFilter(Scope.Staff);
        foreach (string? email in new[] { parsed.GetValue(_customer), parsed.GetValue(_domains) })
            if (email is not null)
            {
                var customer = await services.GetRequiredService<CustomerQueries>().FindByEmailAsync(email, cancel);
                if (!customer.IsSuccess)
                    return terminal.Fail(customer);
                filter = filter with { CustomerId = customer.Value.Id };
            }
        if (parsed.GetValue(_proxyUser) is { } name)
        {
            var user = await services.GetRequiredService<ProxyUserQueries>().FindByNameAsync(Scope.Staff, name, cancel);
            if (!user.IsSuccess)
                return terminal.Fail(user);
            filter = filter with { ProxyUserId = user.Value.Id };
        }
        var since = parsed.GetValue(_since);
        return parsed.GetResult(_domains) is null
            ? await ShowHoursAsync(services, filter, since, terminal, cancel)
            : await ShowDomainsAsync(services, filter, since, terminal, cancel);
    }

    private static async Task<int> ShowHoursAsync(
        IServiceProvider services, UsageFilter filter, DateTimeOffset? since, Terminal terminal, CancellationToken cancel)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var rows = await services.GetRequiredService<UsageQueries>().RowsAsync(filter, since ?? now - DefaultSpan, now, cancel);
        return terminal.List(rows,
            ("FROM (UTC)", r => r.From.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)), ("CUSTOMER", r => r.Customer),
            ("PROXY USER", r => r.ProxyUser),
            ("PROVIDER", r => r.Provider), ("COUNTRY", r => r.Country), ("UP", r => Count(r.BytesUp)),
            ("DOWN", r => Count(r.BytesDown)), ("BYTES", r => Count(r.Bytes)));
    }

    private static async Task<int> ShowDomainsAsync(
        IServiceProvider services, UsageFilter filter, DateTimeOffset? since, Terminal terminal, CancellationToken cancel)
    {
        var targets = services.GetRequiredService<TargetQueries>();
        var top = since is { } first
            ? await targets.TopAsync(filter, first, TopDomains, cancel)
            : await targets.TopOf30DaysAsync(filter, TopDomains, cancel);
        return terminal.List(top,
            ("HOST", t => t.Host), ("BYTES, AT LEAST", t => Count(t.Bytes)), ("PERHAPS MORE", t => Count(t.Error)),
            ("CONNECTIONS", t => Count(t.Connections)));
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
