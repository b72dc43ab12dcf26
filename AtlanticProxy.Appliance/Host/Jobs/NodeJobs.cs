using AtlanticProxy.Engine;
using AtlanticProxy.Host.BlockLists;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;
using Quartz;

namespace AtlanticProxy.Host.Jobs;

/// <summary>
/// What each node does by the clock for itself, by Quartz, in memory: none of it needs the database, or knows of other nodes.
/// </summary>
internal static class NodeJobs
{
    /// <summary>Jobs at a time: a slow list keeps no other waiting.</summary>
    private const int Threads = 2;

    /// <summary>
    /// Clients that come make the engine look each second. This is for when none does: who replaces a certificate wrongly, reads
    /// of it in the log and in health before the first client meets it.
    /// </summary>
    private static readonly TimeSpan CertificateInterval = TimeSpan.FromMinutes(1);

    /// <summary>How late the portal's certificate may be asked for or renewed: looking costs one small file.</summary>
    private static readonly TimeSpan AcmeInterval = TimeSpan.FromSeconds(10);

    /// <summary>Registers them. Nothing is scheduled before <see cref="RunAsync"/>.</summary>
    public static IServiceCollection AddNodeJobs(this IServiceCollection services, Settings settings)
    {
        services.AddQuartz(quartz =>
        {
            quartz.UseInMemoryStore();
            quartz.UseDefaultThreadPool(Threads);
            if (settings.Engine.BlockListFolder.Length > 0)
                quartz.ScheduleJob<BlockListRefresh>(
                    trigger => trigger.WithIdentity("block lists").StartNow()
                        .WithSimpleSchedule(every => every.WithInterval(settings.BlockLists.Interval).RepeatForever()),
                    job => job.WithIdentity("block lists").DisallowConcurrentExecution(true));
            if (settings.Engine.TlsCertificateFile.Length > 0) // the portal's, where it has one
                quartz.ScheduleJob<CertificateLook>(
                    trigger => trigger.WithIdentity("certificate").StartNow()
                        .WithSimpleSchedule(every => every.WithInterval(CertificateInterval).RepeatForever()),
                    job => job.WithIdentity("certificate").DisallowConcurrentExecution(true));
            if (settings.CertificateSource == CertificateSource.Acme)
                quartz.ScheduleJob<CertificateRenewal>(
                    trigger => trigger.WithIdentity("certificate renewal").StartNow()
                        .WithSimpleSchedule(every => every.WithInterval(AcmeInterval).RepeatForever()),
                    job => job.WithIdentity("certificate renewal").DisallowConcurrentExecution(true));
        });
        return services.AddSingleton<NodeJobFailures>();
    }

    /// <summary>
    /// Does each when it is due, the first time at once, until cancelled. Jobs that are under way then are told so.
    /// </summary>
    public static async Task RunAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var scheduler = await services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellation);
        await scheduler.Start(cancellation);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(ended.SetResult))
            await ended.Task;
        await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
    }

    /// <summary>
    /// Fetches block lists and reads their folder again: whatever else puts new files there needs to tell nobody.
    /// </summary>
    internal sealed class BlockListRefresh(ProxyEngine engine, BlockListFetch fetch, NodeJobFailures failures) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
            failures.RecordAsync("block lists", async () =>
        {
            await fetch.RunAsync(cancellationToken);
            await engine.RefreshBlockListsAsync(cancellationToken);
        });
    }

    /// <summary>Looks whether the proxy's certificate, or the portal's, was replaced.</summary>
    internal sealed class CertificateLook(ProxyEngine engine, PortalCertificate portal, NodeJobFailures failures) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
            failures.RecordAsync("certificate", () => Task.Run(() =>
        {
            engine.LookAtCertificate();
            portal.Look();
        }, cancellationToken));
    }

    /// <summary>Asks the authority for a certificate when it is time to; the proxy takes it at once, too.</summary>
    internal sealed class CertificateRenewal(AcmeRenewal renewal, ProxyEngine engine, NodeJobFailures failures) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
            failures.RecordAsync("certificate renewal", async () =>
        {
            if (await renewal.RunAsync(cancellationToken))
                engine.LookAtCertificate();
        });
    }
}
