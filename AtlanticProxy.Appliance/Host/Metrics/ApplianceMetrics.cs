using System.Diagnostics.Metrics;
using System.Reflection;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Engine.Usage.Journal;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Host.Serving;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Metrics;

/// <summary>What this node tells of itself beside its engine. All of it is read when somebody asks.</summary>
internal sealed class ApplianceMetrics : IDisposable
{
    public const string MeterName = "AtlanticProxy";

    private readonly Meter _meter = new(MeterName);
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;

    public ApplianceMetrics(IServiceProvider services, TimeProvider time)
    {
        (_services, _time, _started) = (services, time, time.GetUtcNow());
        var version = typeof(ApplianceMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        var build = new KeyValuePair<string, object?>("version", version?.InformationalVersion.Split('+')[0] ?? "");
        _meter.CreateObservableGauge("atlantic.build.info", () => new Measurement<int>(1, build), "", "1, with the version");
        Gauge("atlantic.node.ready", "", "1 while this node takes new connections",
            () => Bit(Get<ApplianceState>().Phase == AppliancePhase.Ready));
        Gauge("atlantic.snapshot.connected", "", "1 while changes in the database reach the engine",
            () => Bit(Get<SnapshotPublisher>().Status.Connected));
        Gauge("atlantic.work.failing", "{loop}", "Background loops that have failed and wait to be started again",
            () => Get<BackgroundWork>().Failing.Count);
        Gauge("atlantic.node_jobs.failing", "{job}", "Jobs of this node alone that failed when they last ran",
            () => Get<NodeJobFailures>().Failing.Count);
        AddJournal();
        _meter.CreateObservableCounter("atlantic.connection_log.dropped", () => Get<ConnectionBacklog>().Dropped, "{record}",
            "Endings of connections that the connection log lost, for lack of room while the database was away");
        _meter.CreateObservableGauge("atlantic.certificate.expiry.timestamp", ReadExpiry, "s",
            "When the first of the portal's certificates expires; none without HTTPS");
    }

    public void Dispose() => _meter.Dispose();

    private void AddJournal()
    {
        Gauge("atlantic.journal.size", "By", "Usage journal on disk", () => Journal.Bytes);
        Gauge("atlantic.journal.limit", "By", "Most that the usage journal takes of the disk", () => Journal.MaxBytes);
        Gauge("atlantic.journal.waiting", "By", "Usage in the journal that the database does not have yet",
            () => Journal.WaitingBytes);
        Gauge("atlantic.journal.held", "{counter}", "Counters held in memory because the disk takes none",
            () => Journal.HeldCounters);
        Gauge("atlantic.journal.failing", "", "1 while the disk takes no usage, or is not sure to keep it",
            () => Bit(Journal.Problem is not null));
        Gauge("atlantic.journal.full", "", "1 while neither disk nor memory takes usage: new connections are refused",
            () => Bit(Journal.IsFull));
        _meter.CreateObservableCounter("atlantic.journal.discarded", () => Journal.DiscardedBytes, "By",
            "Unreadable parts of the journal, torn by a crash or damaged");
        _meter.CreateObservableGauge("atlantic.usage.flush_lag", ReadFlushLag, "s",
            "Age of the oldest usage that may be missing in the database: time since all of it was there");
    }

    /// <summary>The journal is opened with the engine; before, there is nothing to tell.</summary>
    private UsageJournalStatus Journal => Get<UsageJournal>().Status;

    private double ReadFlushLag() =>
        Math.Max(0, (_time.GetUtcNow() - (Get<UsageFlusher>().Status.LastFlushed ?? _started)).TotalSeconds);

    private IEnumerable<Measurement<double>> ReadExpiry() => Get<IPortalCertificate>().Worst().ValidUntil is { } until
        ? [new(until.ToUnixTimeSeconds())]
        : [];

    private T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    private void Gauge(string name, string unit, string what, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, what);

    private static long Bit(bool value) => value ? 1 : 0;
}
