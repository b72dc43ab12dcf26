using AtlanticProxy.ControlPlane.Backups;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether there is a good backup that is not too old, and a drill that proved one: else somebody should look. The proxy goes on
/// serving.
/// </summary>
internal sealed class BackupsHealth(BackupQueries backups, IBackupWork work, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Describe(await backups.StandingAsync(cancellationToken), work.Plan, time.GetUtcNow());

    internal static HealthCheckResult Describe(BackupStanding standing, BackupPlan plan, DateTimeOffset now)
    {
        var facts = new Dictionary<string, object>();
        if (standing.Good?.MadeAt is { } made)
            facts["lastGood"] = made;
        if (standing.Drill is { EndedAt: { } ended } drill)
        {
            facts["lastDrill"] = ended;
            if (drill.Took is { } took)
                facts["lastDrillTook"] = took;
        }
        return Wrong(standing, plan, now) is { } wrong
            ? HealthCheckResult.Degraded($"{wrong} See /admin/backups.", data: facts)
            : HealthCheckResult.Healthy(standing.Good is null ? "No backup yet." : null, facts);
    }

    private static string? Wrong(BackupStanding standing, BackupPlan plan, DateTimeOffset now)
    {
        if (standing.Latest?.Failure is { } failure)
            return $"The last backup failed: {failure}";
        if (plan.At is not null && now - (standing.Good?.MadeAt ?? standing.Since) > plan.MaxAge)
            return standing.Good is { MadeAt: { } made }
                ? $"The last backup is {Age(now - made)} old."
                : $"There is no backup since the appliance was installed {Age(now - standing.Since)} ago.";
        if (standing.Drill?.Failure is { } unproven)
            return $"The last restore drill failed: {unproven}";
        return plan is { At: not null, DrillDay: not null } && standing.Good is not null
            && now - (standing.Proof?.EndedAt ?? standing.Since) > plan.DrillMaxAge
                ? $"No backup was restored in a drill for {Age(now - (standing.Proof?.EndedAt ?? standing.Since))}."
                : null;
    }

    private static string Age(TimeSpan age) => age < TimeSpan.FromDays(2) ? $"{age.TotalHours:0} h" : $"{age.TotalDays:0} days";
}
