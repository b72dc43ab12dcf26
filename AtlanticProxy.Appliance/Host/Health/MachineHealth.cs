using System.Globalization;
using AtlanticProxy.Host.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>Whether the disk of the data directory takes what comes.</summary>
internal sealed class DiskHealth(Settings settings) : IHealthCheck
{
    /// <summary>Below this a busy day's WAL and logs may not fit; below that PostgreSQL soon stops. Bytes.</summary>
    private const long Low = 1L << 30, Critical = 256L << 20;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var drive = new DriveInfo(settings.Data.Directory);
        return Task.FromResult(Judge(drive.AvailableFreeSpace, drive.TotalSize, settings.Data.Directory));
    }

    internal static HealthCheckResult Judge(long free, long total, string folder)
    {
        string words = string.Create(CultureInfo.InvariantCulture,
            $"{free >> 20} MB of {total >> 20} MB are free on the disk of {folder}.");
        var facts = new Dictionary<string, object> { ["freeBytes"] = free, ["totalBytes"] = total };
        return free < Critical ? HealthCheckResult.Unhealthy($"{words} Free some space now.", data: facts)
            : free < Low ? HealthCheckResult.Degraded($"{words} Free some space.", data: facts)
            : HealthCheckResult.Healthy(words, facts);
    }
}

/// <summary>Whether this machine has memory left: what the kernel can give without swapping (proc(5), MemAvailable).</summary>
internal sealed class MemoryHealth : IHealthCheck
{
    /// <summary>Of all of it.</summary>
    private const double Low = 0.08, Critical = 0.03;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Judge(await File.ReadAllLinesAsync("/proc/meminfo", cancellationToken), Environment.WorkingSet);

    /// <param name="lines">Of /proc/meminfo.</param>
    /// <param name="ours">Bytes of this process.</param>
    internal static HealthCheckResult Judge(IReadOnlyList<string> lines, long ours)
    {
        long total = Kilobytes(lines, "MemTotal:"), available = Kilobytes(lines, "MemAvailable:");
        if (total == 0)
            return HealthCheckResult.Healthy("Not known on this machine.");
        double share = (double)available / total;
        string words = string.Create(CultureInfo.InvariantCulture,
            $"{available >> 10} MB of {total >> 10} MB are available; this process has {ours >> 20} MB.");
        var facts = new Dictionary<string, object> { ["availableBytes"] = available << 10, ["processBytes"] = ours };
        return share < Critical ? HealthCheckResult.Unhealthy($"{words} The kernel will soon end processes.", data: facts)
            : share < Low ? HealthCheckResult.Degraded($"{words} See what takes it, or give the machine more.", data: facts)
            : HealthCheckResult.Healthy(words, facts);
    }

    private static long Kilobytes(IReadOnlyList<string> lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.Any,
                CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes : 0;
}

/// <summary>Whether this process may open more files and sockets: each tunnel has two.</summary>
internal sealed class DescriptorsHealth : IHealthCheck
{
    /// <summary>Of the limit.</summary>
    private const double Many = 0.8;

    private const string LimitLine = "Max open files";

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        int open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        return Judge(open, await File.ReadAllLinesAsync("/proc/self/limits", cancellationToken));
    }

    /// <param name="lines">Of /proc/self/limits.</param>
    internal static HealthCheckResult Judge(int open, IReadOnlyList<string> lines)
    {
        string? soft = lines.FirstOrDefault(line => line.StartsWith(LimitLine, StringComparison.Ordinal))?[LimitLine.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        if (!long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit))
            return HealthCheckResult.Healthy($"{open} are open.");
        string words = $"{open} of {limit} files and sockets are open.";
        var facts = new Dictionary<string, object> { ["open"] = open, ["limit"] = limit };
        return open > Many * limit
            ? HealthCheckResult.Degraded($"{words} Raise LimitNOFILE of the service (systemctl edit).", data: facts)
            : HealthCheckResult.Healthy(words, facts);
    }
}
