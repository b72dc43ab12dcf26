using AtlanticProxy.ControlPlane;
using AtlanticProxy.Host.Jobs;
using AtlanticProxy.Testing;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Jobs;

/// <summary>A node's part in the cluster's jobs, without the rest of the appliance.</summary>
internal sealed class JobNode : IAsyncDisposable
{
    /// <summary>After which a job is taken over here: as short as may be set.</summary>
    public static readonly TimeSpan TakeOverAfter = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceProvider _services;
    private readonly Task _running;
    private readonly string _keyFile = Path.Combine(Path.GetTempPath(), $"atlantic-key-{Guid.CreateVersion7():n}");

    private JobNode(TestDatabase database)
    {
        _services = new ServiceCollection().AddLogging()
            .AddControlPlane(new ControlPlaneOptions { ConnectionString = database.ConnectionString, SecretKeyFile = _keyFile })
            .AddClusterJobs(new JobOptions { PollInterval = TimeSpan.FromMilliseconds(100), TakeOverAfter = TakeOverAfter })
            .BuildServiceProvider();
        _running = _services.GetRequiredService<JobServer>().RunAsync(_stopping.Token);
    }

    public IServiceProvider Services => _services;

    public JobStorage Storage => _services.GetRequiredService<JobStorage>();

    /// <summary>Begins, and waits until the jobs are scheduled.</summary>
    public static async Task<JobNode> StartAsync(TestDatabase database)
    {
        var node = new JobNode(database);
        await Poll.UntilAsync(() =>
            node._running.IsFaulted || node.Storage.GetMonitoringApi() is var api && Answers(() => api.Servers().Count > 0));
        if (node._running.IsFaulted)
            await node._running;
        return node;
    }

    /// <summary>Asks for a job now. The value is Hangfire's id of the run.</summary>
    public string Trigger(string job) => new RecurringJobManager(Storage).TriggerJob(job);

    /// <summary>The last state of a run, such as <c>Succeeded</c>, and what it did.</summary>
    public (string State, string Words) StateOf(string run)
    {
        var history = Storage.GetMonitoringApi().JobDetails(run).History[0];
        return (history.StateName, history.Data.TryGetValue("Result", out string? result) ? result : "");
    }

    public Task EndedAsync(string run) =>
        Poll.UntilAsync(() => StateOf(run).State is "Succeeded" or "Scheduled" or "Failed", because: $"run {run} ends");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _services.DisposeAsync();
        File.Delete(_keyFile);
        _stopping.Dispose();
    }

    // Before the tables are there, asking is an error.
    private static bool Answers(Func<bool> ask)
    {
        try
        {
            return ask();
        }
        catch (PostgresException notYet)
            when (notYet.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return false;
        }
    }
}
