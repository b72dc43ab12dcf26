using LogLevel = NLog.LogLevel;

namespace AtlanticProxy.Host.Configuration;

/// <summary>What is logged, and where: section <c>Logging</c>.</summary>
public sealed class LoggingOptions
{
    /// <summary>Least severe level in the log file: Trace, Debug, Info, Warn, Error, Fatal or Off.</summary>
    public string Level { get; set; } = "Info";

    /// <summary>The same for standard output, which systemd's journal collects.</summary>
    public string ConsoleLevel { get; set; } = "Info";

    /// <summary>Size at which a log file is set aside, MB (2^20 bytes). 20: opens in any editor.</summary>
    public int FileMegabytes { get; set; } = 20;

    /// <summary>Log files kept beside the current one.</summary>
    public int KeepFiles { get; set; } = 10;

    public IEnumerable<string> Validate()
    {
        foreach (var (name, level) in new[] { (nameof(Level), Level), (nameof(ConsoleLevel), ConsoleLevel) })
            if (!LogLevel.AllLevels.Any(known => string.Equals(known.Name, level, StringComparison.OrdinalIgnoreCase)))
                yield return $"Logging:{name}: '{level}' is not one of {string.Join(", ", LogLevel.AllLevels)}.";
        if (FileMegabytes is < 1 or > 1024)
            yield return $"Logging:FileMegabytes: {FileMegabytes} is not between 1 and 1024.";
        if (KeepFiles is < 0 or > 1000)
            yield return $"Logging:KeepFiles: {KeepFiles} is not between 0 and 1000.";
    }
}
