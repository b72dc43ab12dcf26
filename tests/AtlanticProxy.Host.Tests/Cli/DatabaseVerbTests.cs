using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Tests.Cli;

[TestClass]
public sealed class DatabaseVerbTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Verb_WhileAnApplianceIsOnlyJustStarting_WaitsForItsServer()
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedPostgresOptions { Directory = Path.Combine(folder["data"], "postgres"),
            Settings = new Dictionary<string, string> { ["fsync"] = "off" } };
        var starting = EmbeddedPostgres.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance,
            TestContext.CancellationToken);
        await Poll.UntilAsync(() => File.Exists(options.Directory + ".lock"));

        var migrating = Testing.Cli.RunAsync(["migrate", "--data", folder["data"]]);

        await using var appliance = await starting;
        var migrated = await migrating;
        Assert.AreEqual(0, migrated.ExitCode, migrated.Error);
        StringAssert.Contains(migrated.Output, "0001");
    }
}
