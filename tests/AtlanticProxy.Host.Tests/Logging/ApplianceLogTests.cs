using System.Text.Json;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Logging;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Host.Tests.Logging;

[TestClass]
public sealed class ApplianceLogTests
{
    [TestMethod]
    public void Log_WithSecretInMessagePropertyAndException_WritesJsonLinesWithoutIt()
    {
        using var folder = new TemporaryFolder();
        Write(folder["log"], logger =>
        {
            logger.LogWarning(new InvalidOperationException("Password=hunter2"), "Dialling {Endpoint}",
                "http://acme:hunter2@gw.example:1");
            logger.LogInformation("Second");
        });

        string[] lines = File.ReadAllLines(folder["log"]);
        Assert.HasCount(2, lines);
        Assert.IsFalse(lines[0].Contains("hunter2", StringComparison.Ordinal), lines[0]);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.AreEqual("warn", first.RootElement.GetProperty("level").GetString());
        Assert.AreEqual("Dialling http://acme:***@gw.example:1", first.RootElement.GetProperty("message").GetString());
        Assert.AreEqual("http://acme:***@gw.example:1", first.RootElement.GetProperty("Endpoint").GetString());
    }

    [TestMethod]
    public void Log_OverSize_SetsFilesAsideAndKeepsAsManyAsAsked()
    {
        using var folder = new TemporaryFolder();
        string line = new('x', 100_000);

        Write(folder["log.log"], logger =>
        {
            for (int i = 0; i < 45; i++)
                logger.LogInformation("{Line}", line);
        });

        // 45 lines of 200 KB over files of 1 MB are 9 files: the current one and the two kept are left.
        Assert.HasCount(3, Directory.GetFiles(folder.Path));
    }

    private static void Write(string file, Action<ILogger> write)
    {
        using var log = ApplianceLog.Create(new LoggingOptions { ConsoleLevel = "Off", FileMegabytes = 1, KeepFiles = 2 }, file);
        using var loggers = LoggerFactory.Create(logging => logging.AddApplianceLog(log));
        write(loggers.CreateLogger("Test"));
    }
}
