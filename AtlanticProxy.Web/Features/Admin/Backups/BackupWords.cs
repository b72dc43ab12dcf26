using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Backups;

/// <summary>What the pages say of backups.</summary>
internal static class BackupWords
{
    public static Phrase Of(BackupKind kind) => kind switch
    {
        BackupKind.Nightly => "Nightly",
        BackupKind.Upgrade => "Before an upgrade",
        BackupKind.Demand => "On request",
    };

    public static Phrase Of(DayOfWeek day) => day switch
    {
        DayOfWeek.Monday => "Monday",
        DayOfWeek.Tuesday => "Tuesday",
        DayOfWeek.Wednesday => "Wednesday",
        DayOfWeek.Thursday => "Thursday",
        DayOfWeek.Friday => "Friday",
        DayOfWeek.Saturday => "Saturday",
        DayOfWeek.Sunday => "Sunday",
    };

    /// <summary>Could I be whole again, how old, how fast?</summary>
    public static Phrase Standing(BackupStanding standing, DateTimeOffset now) => (standing.Good, standing.Proof) switch
    {
        (null, _) => (Phrase)"There is no good backup yet.",
        ({ } good, { Took: { } took, EndedAt: { } ended }) =>
            $"Last backup {Age(now - good.MadeAt!.Value)} ago, restored in a drill on {Format.Day(ended)} in "
                + $"{Format.Duration(took)}.",
        ({ } good, _) => $"Last backup {Age(now - good.MadeAt!.Value)} ago. None was restored in a drill yet.",
    };

    /// <summary>What is wrong; null: nothing.</summary>
    public static Phrase? Trouble(BackupStanding standing, BackupPlan plan, DateTimeOffset now)
    {
        if (standing.Latest?.Failure is { } failure)
            return $"The last backup failed: {Phrase.Verbatim(failure)}";
        if (plan.At is not null && now - (standing.Good?.MadeAt ?? standing.Since) > plan.MaxAge)
            return "No backup was made when one was due: see Jobs.";
        if (standing.Drill?.Failure is { } unproven)
            return $"The last drill failed: {Phrase.Verbatim(unproven)}";
        return null;
    }

    /// <summary>"16 h".</summary>
    public static Phrase Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 90 } => (Phrase)$"{Math.Max(1, (int)age.TotalMinutes)} min",
        { TotalHours: < 48 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} days",
    };
}
