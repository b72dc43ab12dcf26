using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>usage [--customer EMAIL] [--since T]</c>: hour by hour, by proxy user and provider.</summary>
internal sealed class Usage : DatabaseVerb
{
    /// <summary>What is shown without <c>--since</c>.</summary>
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(1);

    private readonly Option<string?> _customer = new("--customer") { HelpName = "EMAIL", Description = "Only this customer's" };
    private readonly Option<DateTimeOffset?> _since = new("--since")
    {
        HelpName = "TIME",
        Description = "From this time on, 2026-11-22 or 2026-11-22T08:00Z (UTC unless it says otherwise); the last 24 hours if left out",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since))
                return since;
            result.AddError($"'{result.Tokens[0].Value}' is not a time, for example 2026-11-22T08:00Z.");
            return null;
        },
    };

    public Usage(CommonOptions common) : base(common, "usage", "Show the bytes that were relayed")
    {
        Add(_customer);
        Add(_since);
    }

    protected override async Task<int> RunAsync(IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        long? customerId = null;
        if (parsed.GetValue(_customer) is { } email)
        {
            var customer = await services.GetRequiredService<CustomerQueries>().FindByEmailAsync(email, cancel);
            if (!customer.IsSuccess)
                return terminal.Fail(customer);
            customerId = customer.Value.Id;
        }
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var rows = await services.GetRequiredService<UsageQueries>().RowsAsync(
            new UsageFilter(Scope.Staff, customerId), parsed.GetValue(_since) ?? now - DefaultSpan, now, cancel);
        return terminal.List(rows,
            ("FROM (UTC)", r => r.From.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)), ("CUSTOMER", r => r.Customer), ("PROXY USER", r => r.ProxyUser),
            ("PROVIDER", r => r.Provider), ("COUNTRY", r => r.Country), ("UP", r => r.BytesUp.ToString("N0", CultureInfo.InvariantCulture)),
            ("DOWN", r => r.BytesDown.ToString("N0", CultureInfo.InvariantCulture)), ("BYTES", r => r.Bytes.ToString("N0", CultureInfo.InvariantCulture)));
    }
}
