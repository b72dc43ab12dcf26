using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
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

    private readonly Option<DateOnly?> _from = Values.Day("--from", "First day, UTC; 30 days ago if left out");
    private readonly Option<DateOnly?> _to = Values.Day("--to", "Last day, UTC; yesterday if left out");
    private readonly Option<string?> _by = Values.Word(
        "--by", "WHAT",
        "day (the default): bytes sold and bought by provider and day; customer, provider or plan: revenue, cost and margin",
        [ByDay, .. Spelling.All<MarginOf>()]);

    public Reconcile(CommonOptions common)
        : base(common, "reconcile", "Compare bytes sold with providers' bills, and revenue with cost")
    {
        Add(_from);
        Add(_to);
        Add(_by);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        var (services, parsed, terminal, cancel) = call;
        var queries = services.GetRequiredService<ReconciliationQueries>();
        var options = services.GetRequiredService<ReconciliationOptions>();
        var (from, to) = (parsed.GetValue(_from) ?? queries.LastDays.From, parsed.GetValue(_to) ?? queries.LastDays.To);
        if (from > to)
            return terminal.Fail($"--from {Figures.Text(from)} is after --to {Figures.Text(to)}.");

        string by = parsed.GetValue(_by) ?? ByDay;
        return by == ByDay
            ? terminal.List(await queries.DaysAsync(from, to, cancel), day => ViewOf(day, options.Currency),
                ("DAY (UTC)", day => Figures.Text(day.Day)), ("PROVIDER", day => day.Provider),
                ("OURS", day => Views.Count(day.OurBytes)),
                ("THEIRS", day => day.TheirBytes is { } theirs ? Views.Count(theirs) : "-"),
                ("DRIFT", day => day.DriftPercent is { } drift
                    ? string.Create(CultureInfo.InvariantCulture,
                        $"{drift:+0.00;-0.00;0} %{(day.DriftsBy(options.MaxDriftPercent) ? " ALARM" : "")}") : "-"),
                ("COST", day => new Money(day.Cost, options.Currency).ToString()), ("SOURCE", day => day.Source ?? ""))
            : terminal.List(await queries.MarginsAsync(from, to, Spelling.Parse<MarginOf>(by).Value, cancel), row =>
                ViewOf(row, options.Currency),
                (by.ToUpperInvariant(), row => row.Name.Length > 0 ? row.Name : "-"), ("BYTES", row => Views.Count(row.Bytes)),
                ("REVENUE", row => new Money(row.Revenue, row.Currency).ToString()),
                ("COST", row => new Money(row.Cost, options.Currency).ToString()),
                ("MARGIN", row => row.Margin is { } margin ? new Money(margin, row.Currency).ToString() : "-"));
    }

    /// <param name="currency">What costs are in.</param>
    private static JsonObject ViewOf(ReconciledDay day, string currency) =>
        Terminal.View(day, ("cost", new Money(day.Cost, currency).Amount), ("currency", currency));

    /// <inheritdoc cref="ViewOf(ReconciledDay, string)"/>
    private static JsonObject ViewOf(MarginRow row, string currency) => Terminal.View(row,
        ("revenue", new Money(row.Revenue, row.Currency).Amount), ("cost", new Money(row.Cost, currency).Amount),
        ("costCurrency", currency),
        ("margin", row.Margin is { } margin ? new Money(margin, row.Currency).Amount : null));
}
