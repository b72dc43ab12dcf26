using AtlanticProxy.Host.Configuration;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Extensions.Logging;
using NLog.Layouts;
using NLog.Targets;
using LogLevel = NLog.LogLevel;

namespace AtlanticProxy.Host.Logging;

/// <summary>
/// JSON lines to standard output (under systemd, fields to its journal) and to a file that is rotated, secrets masked.
/// </summary>
internal static class ApplianceLog
{
    /// <summary>It warns that keys are stored in the clear: the repository that it writes to seals them.</summary>
    private const string DataProtection = "Microsoft.AspNetCore.DataProtection.*";

    public static LogFactory Create(LoggingOptions options, string file)
    {
        var factory = new LogFactory();
        var configuration = new LoggingConfiguration(factory);
        // The framework and the driver speak only when something is wrong: a line a request would bury the rest.
        configuration.LoggingRules.Add(new LoggingRule { LoggerNamePattern = "Microsoft.*", FinalMinLevel = LogLevel.Warn });
        configuration.LoggingRules.Add(new LoggingRule { LoggerNamePattern = "Npgsql.*", FinalMinLevel = LogLevel.Warn });
        configuration.LoggingRules.Add(new LoggingRule { LoggerNamePattern = DataProtection, FinalMinLevel = LogLevel.Error });
        Target console = JournalTarget.IsWanted
            ? new JournalTarget("${message}")
            : new ConsoleTarget("console") { Layout = Lines() };
        Add(configuration, console, options.ConsoleLevel);
        Add(configuration, new FileTarget("file")
        {
            Layout = Lines(),
            FileName = file,
            ArchiveAboveSize = (long)options.FileMegabytes << 20,
            MaxArchiveFiles = options.KeepFiles + 1, // NLog counts the current one, too.
            KeepFileOpen = true,
        }, options.Level);
        factory.Configuration = configuration;
        return factory;
    }

    public static ILoggingBuilder AddApplianceLog(this ILoggingBuilder logging, LogFactory factory)
    {
        logging.ClearProviders();
        // NLog's rules decide: two filters in a row hide each other's mistakes.
        logging.SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Trace);
        logging.AddProvider(new NLogLoggerProvider(new NLogProviderOptions { RemoveLoggerFactoryFilter = true }, factory));
        return logging;
    }

    private static void Add(LoggingConfiguration configuration, Target target, string level)
    {
        var least = LogLevel.FromString(level);
        if (least == LogLevel.Off)
            return;
        configuration.AddTarget(target);
        configuration.AddRule(least, LogLevel.Fatal, target);
    }

    private static RedactingLayout Lines() => new(new JsonLayout
    {
        IncludeEventProperties = true,
        ExcludeEmptyProperties = true,
        ExcludeProperties = new HashSet<string> { "EventName" },
        Attributes =
        {
            new JsonAttribute("time", "${date:universalTime=true:format=yyyy-MM-ddTHH\\:mm\\:ss.fffZ}"),
            new JsonAttribute("level", "${level:lowercase=true}"),
            new JsonAttribute("logger", "${logger}"),
            new JsonAttribute("message", "${message}"),
            new JsonAttribute("exception", "${exception:format=tostring}"),
        },
    });
}
