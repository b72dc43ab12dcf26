using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Reconciliation;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>reconcile [--from D] [--to D] [--by day|customer|provider|plan]</c>: what was sold against what was bought, and what is
/// left of it.
/// </summary>
internal sealed class Reconcile : DatabaseVerb
{
    private const string ByDay = "day";

    private readonly Option<DateOnly?> _from = new("--from") { HelpName = "DAY",
        Description = "First day, UTC; 30 days ago if left out" };
    private readonly Option<DateOnly?> _to = new("--to") { HelpName = "DAY",
        Description = "Last day, UTC; yesterday if left out" };
    private readonly Option<string> _by = new("--by")
    {
        HelpName = "WHAT", DefaultValueFactory = _ => ByDay,
        Description = "day: bytes sold and bought by provider and day; customer, provider or plan: revenue, cost and margin",
    };

    public Reconcile(CommonOptions common)
        : base(common, "reconcile", "Hold the bytes that were sold against the providers' bills, and revenue against cost")
    {
        _by.AcceptOnlyFromAmong([ByDay, .. Enum.GetNames<MarginOf>().Select(of => of.ToLowerInvariant())]);
        Add(_from);
        Add(_to);
        Add(_by);
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var queries = services.GetRequiredService<ReconciliationQueries>();
        var options = services.GetRequiredService<ReconciliationOptions>();
        var (from, to) = (parsed.GetValue(_from) ?? queries.LastDays.From, parsed.GetValue(_to) ?? queries.LastDays.To);
        if (from > to)
            return terminal.Fail($"--from {Iso(from)} is after --to {Iso(to)}.");

        string by = parsed.GetRequiredValue(_by);
        return by == ByDay
            ? terminal.List(await queries.DaysAsync(from, to, cancel),
                ("DAY (UTC)", day => Iso(day.Day)), ("PROVIDER", day => day.Provider), ("OURS", day => Bytes(day.OurBytes)),
                ("THEIRS", day => day.TheirBytes is { } theirs ? Bytes(theirs) : "-"),
                ("DRIFT", day => day.DriftPercent is { } drift
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"{drift:+0.00;-0.00;0} %{(day.DriftsBy(options.MaxDriftPercent) ? " ALARM" : "")}") : "-"),
                ("COST", day => new Money(day.Cost, options.Currency).ToString()), ("SOURCE", day => day.Source ?? ""))
            : terminal.List(await queries.MarginsAsync(from, to, Enum.Parse<MarginOf>(by, ignoreCase: true), cancel),
                (by.ToUpperInvariant(), row => row.Name.Length > 0 ? row.Name : "-"), ("BYTES", row => Bytes(row.Bytes)),
                ("REVENUE", row => new Money(row.Revenue, row.Currency).ToString()),
                ("COST", row => new Money(row.Cost, options.Currency).ToString()),
                ("MARGIN", row => row.Margin is { } margin ? new Money(margin, row.Currency).ToString() : "-"));
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
