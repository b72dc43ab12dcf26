using System.Diagnostics;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Tests.Processes;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Host.Tests.Postgres;

/// <summary><c>postgres</c>: the embedded server as a service of its own.</summary>
[TestClass]
public sealed class ForegroundPostgresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private EmbeddedPostgresOptions Options => new() { Directory = Path.Combine(_folder["data"], "postgres") };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Postgres_BecomesTheServer_WhichTellsThatItIsReadyAndServesVerbs()
    {
        using var manager = new NotifySocket(_folder["notify"]);
        using var server = Start(manager);
        await manager.WaitForAsync("READY=1", Cancel);

        Assert.AreEqual("postgres", (await File.ReadAllTextAsync($"/proc/{server.Id}/comm", Cancel)).Trim());
        var migrated = await VerbAsync("migrate");
        Assert.AreEqual(0, migrated.ExitCode, migrated.Error);
        await Assert.ThrowsExactlyAsync<InUseException>(() => ForegroundPostgres.BecomeAsync(
            Options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Cancel));

        Signal.Send(server.Id, Signal.Interrupt);
        await server.WaitForExitAsync(Cancel);
        Assert.AreEqual(0, server.ExitCode);
        StringAssert.Contains((await VerbAsync("migrate")).Error, "Database:RunServer is false");
    }

    [TestMethod]
    public async Task Check_WithAServerElsewhere_SaysThatThereIsNoneToRun()
    {
        Assert.AreEqual(0, (await VerbAsync("postgres", "--check")).ExitCode);

        var elsewhere = await VerbAsync("postgres", "--check", "--Database:ConnectionString", "Host=db.example");

        Assert.AreEqual(1, elsewhere.ExitCode);
        StringAssert.Contains(elsewhere.Error, "run elsewhere");
    }

    private Process Start(NotifySocket manager)
    {
        var start = Tool.StartOf(ApplianceProcess.Command("postgres", "--data", _folder["data"]));
        start.Environment[NotifySocket.Variable] = manager.Path;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        _ = process.StandardOutput.ReadToEndAsync(Cancel);
        _ = process.StandardError.ReadToEndAsync(Cancel);
        return process;
    }

    private Task<CliResult> VerbAsync(params string[] arguments) =>
        Testing.Cli.RunAsync([.. arguments, "--data", _folder["data"], "--Database:RunServer", "false"]);
}
