using System.Diagnostics.Metrics;
using AtlanticProxy.ControlPlane.Ledger;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace AtlanticProxy.Host.Metrics;

/// <summary>
/// The business and the cluster's jobs, as the database has them: every node shows the same. Nothing while the database is away.
/// </summary>
internal sealed class BusinessMetrics : IDisposable
{
    private readonly Meter _meter = new(ApplianceMetrics.MeterName);
    private readonly DatabaseFigures _figures;

    public BusinessMetrics(DatabaseFigures figures)
    {
        _figures = figures;
        AddMoney();
        Gauge("atlantic.payments.failed", "{payment}",
            "Payments that failed, of those begun since midnight UTC, or the month's 1st",
            reading =>
            [
                new(reading.FailedPaymentsToday, Span("day")), new(reading.FailedPaymentsMonth, Span("month")),
            ]);
        Gauge("atlantic.subscriptions", "{subscription}", "Subscriptions by how they stand", reading =>
        [
            new(reading.Subscriptions.Running, new Tag("state", "running")),
            new(reading.Subscriptions.Trials, new Tag("state", "trial")),
            new(reading.Subscriptions.PastDue, new Tag("state", "past_due")),
        ]);
        Gauge("atlantic.matters.open", "{matter}", "What waits for staff", reading =>
        [
            new(reading.Open.Unallocated, Matter("unallocated_money")), new(reading.Open.Disputes, Matter("dispute")),
            new(reading.Open.GatewayDifferences, Matter("gateway_difference")),
            new(reading.Open.BookDifferences, Matter("book_difference")),
            new(reading.Open.MailsGivenUp, Matter("mail_given_up")),
            new(reading.Open.TransfersWaiting, Matter("transfer_waiting")),
        ]);
        Gauge("atlantic.job.failed", "", "1 for a job of the cluster whose last run failed", reading =>
            reading.Jobs.Select(job => new Measurement<double>(job.Value.Failed ? 1 : 0, new Tag("job_id", job.Key))));
        Gauge("atlantic.job.last_success.timestamp", "s",
            "When a job of the cluster was last begun with success; none while it fails",
            reading => reading.Jobs.Where(job => job.Value.LastSuccess is not null).Select(job =>
                new Measurement<double>(job.Value.LastSuccess!.Value.ToUnixTimeSeconds(), new Tag("job_id", job.Key))));
    }

    public void Dispose() => _meter.Dispose();

    private void AddMoney()
    {
        Gauge("atlantic.money.revenue", "",
            "Revenue net of tax and refunds since midnight UTC, or the month's 1st, in whole units of the currency",
            reading => reading.Today.Revenue.Select(money => Of(money, "day"))
                .Concat(reading.Month.Revenue.Select(money => Of(money, "month"))));
        Gauge("atlantic.money.provider_cost", "", "What providers charge for the bytes of the same days",
            reading => [Of(reading.Today.Cost, "day"), Of(reading.Month.Cost, "month")]);
        Gauge("atlantic.money.margin", "", "Revenue less providers' cost, in the currency of the cost", reading =>
            [.. new[] { (reading.Today.Margin, "day"), (reading.Month.Margin, "month") }
                .Where(each => each.Margin is not null).Select(each => Of(each.Margin!.Value, each.Item2))]);
        Gauge("atlantic.money.recurring", "", "What running subscriptions pay in a month, before tax and coupons",
            reading => reading.Subscriptions.Recurring.Select(money =>
                new Measurement<double>((double)money.Number, new Tag("currency", money.Currency))));
    }

    private static Measurement<double> Of(Money money, string span) =>
        new((double)money.Number, new Tag("currency", money.Currency), Span(span));

    private static Tag Span(string span) => new("span", span);

    private static Tag Matter(string matter) => new("matter", matter);

    private void Gauge(string name, string unit, string what, Func<DatabaseReading, IEnumerable<Measurement<double>>> read) =>
        _meter.CreateObservableGauge(name, () => _figures.Current is { } reading ? read(reading) : [], unit, what);
}
