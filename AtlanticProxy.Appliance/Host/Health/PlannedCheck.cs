using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>A check, and when it looks.</summary>
/// <param name="Name">Stands in <c>/health</c>, in alerts and in the address of its page.</param>
/// <param name="Check">An <see cref="IHealthCheck"/>.</param>
/// <param name="Group">What it belongs to: a tag.</param>
/// <param name="Interval">From one look to the next.</param>
/// <param name="Timeout">A look that takes longer has found it unhealthy.</param>
/// <param name="Threshold">So many looks in a row must find it worse before it counts as worse.</param>
internal sealed record PlannedCheck(
    string Name, Type Check, string Group, TimeSpan Interval, TimeSpan Timeout, int Threshold = 1)
{
    public const string Gateway = "gateway", Data = "data", Money = "money", Outside = "outside", Machine = "machine";

    /// <summary>Tag of what somebody must look at, though this node serves as well as any.</summary>
    public const string AlarmTag = "alarm";

    /// <summary>Whether it is no reason to send traffic elsewhere.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>It costs time, or bothers others: <c>/health</c> says what the last look found.</summary>
    public bool IsSlow { get; init; }

    /// <summary>It is about what all nodes share.</summary>
    public bool OfCluster { get; init; }

    /// <summary>While the database is away it does not look, and what it found stands: one failure is told once.</summary>
    public bool NeedsDatabase { get; init; }

    public IReadOnlyList<string> Tags => IsAlarm ? [Group, AlarmTag] : [Group];

    public IHealthCheck Create(IServiceProvider services) =>
        (IHealthCheck)ActivatorUtilities.GetServiceOrCreateInstance(services, Check);
}

/// <summary>All checks.</summary>
internal static class HealthPlan
{
    /// <summary>What the others that need the database wait for.</summary>
    public const string Database = "database";

    private static readonly TimeSpan
        Soon = TimeSpan.FromSeconds(2), Often = TimeSpan.FromSeconds(10), Minutely = TimeSpan.FromMinutes(1),
        Seldom = TimeSpan.FromMinutes(5), Rarely = TimeSpan.FromMinutes(15);

    /// <summary>Of what asks nobody; of what asks the database or this machine; of what asks others.</summary>
    private static readonly TimeSpan Inside = TimeSpan.FromSeconds(2), Near = TimeSpan.FromSeconds(5),
        Far = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What breaks traffic is looked at every few seconds. What asks others is asked seldom, and must fail thrice: the way there
    /// is none of ours.
    /// </summary>
    public static readonly IReadOnlyList<PlannedCheck> All =
    [
        Of<EngineHealth>("engine", PlannedCheck.Gateway, Soon, Inside),
        Alarm<LoopsHealth>("event loops", PlannedCheck.Gateway, Often, Near),
        Alarm<ListenersHealth>("listeners", PlannedCheck.Gateway, Often, Near, 2),
        Of<SnapshotHealth>("snapshot", PlannedCheck.Gateway, Soon, Inside),
        Of<ProvidersHealth>("providers", PlannedCheck.Gateway, Soon, Inside),
        Of<BlockListHealth>("block lists", PlannedCheck.Gateway, Minutely, Inside),
        Of<WorkHealth>("work", PlannedCheck.Gateway, Soon, Inside),
        Of<DatabaseHealth>(Database, PlannedCheck.Data, Soon, Near) with { OfCluster = true },
        Stored<SchemaHealth>("schema", PlannedCheck.Data, Minutely, Near),
        Stored<DatabaseCareHealth>("database care", PlannedCheck.Data, Minutely, Near, 2),
        Of<JournalHealth>("journal", PlannedCheck.Data, Soon, Inside),
        Stored<NodesHealth>("nodes", PlannedCheck.Machine, Minutely, Near, 2),
        Stored<JobsHealth>("jobs", PlannedCheck.Data, Often, Near, 6),
        Stored<BackupsHealth>("backups", PlannedCheck.Data, Often, Near),
        Stored<LedgerHealth>("ledger", PlannedCheck.Money, Often, Near),
        Stored<DriftHealth>("reconciliation", PlannedCheck.Money, Often, Near),
        Stored<GatewaysHealth>("payment gateways", PlannedCheck.Money, Rarely, Far, 3),
        Stored<OutboxHealth>("outbox", PlannedCheck.Outside, Minutely, Near, 2),
        Stored<MailHealth>("mail server", PlannedCheck.Outside, Seldom, Far, 3),
        Alarm<DnsHealth>("names", PlannedCheck.Outside, Minutely, Near, 3),
        Of<CertificateHealth>("certificate", PlannedCheck.Outside, Minutely, Inside) with { IsAlarm = true },
        Alarm<ClockHealth>("clock", PlannedCheck.Machine, Minutely, Near, 2) with { NeedsDatabase = true },
        Alarm<DiskHealth>("disk", PlannedCheck.Machine, Minutely, Inside),
        Alarm<MemoryHealth>("memory", PlannedCheck.Machine, Minutely, Inside, 3),
        Alarm<DescriptorsHealth>("descriptors", PlannedCheck.Machine, Minutely, Inside),
    ];

    private static PlannedCheck Of<T>(string name, string group, TimeSpan interval, TimeSpan timeout, int threshold = 1)
        where T : IHealthCheck => new(name, typeof(T), group, interval, timeout, threshold);

    /// <summary>About this node, and no reason to send traffic elsewhere.</summary>
    private static PlannedCheck Alarm<T>(string name, string group, TimeSpan interval, TimeSpan timeout, int threshold = 1)
        where T : IHealthCheck => Of<T>(name, group, interval, timeout, threshold) with { IsAlarm = true, IsSlow = true };

    /// <summary>About what the database has, for all nodes.</summary>
    private static PlannedCheck Stored<T>(string name, string group, TimeSpan interval, TimeSpan timeout, int threshold = 1)
        where T : IHealthCheck =>
        Alarm<T>(name, group, interval, timeout, threshold) with { OfCluster = true, NeedsDatabase = true };
}
