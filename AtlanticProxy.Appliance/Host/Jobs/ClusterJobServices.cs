using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.Host.Metrics;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace AtlanticProxy.Host.Jobs;

/// <summary>Hangfire, for what the cluster does once: in the appliance's own database, by its own connections.</summary>
internal static class ClusterJobServices
{
    /// <summary>Hangfire's tables.</summary>
    public const string Schema = "jobs";

    /// <summary>Registers all of it. Nothing connects before <see cref="JobServer"/> runs.</summary>
    public static IServiceCollection AddClusterJobs(this IServiceCollection services, JobOptions options)
    {
        services.AddSingleton<JobStorage>(provider => new PostgreSqlStorage(
            new PooledConnections(provider.GetRequiredService<NpgsqlDataSource>()),
            new PostgreSqlStorageOptions
            {
                SchemaName = Schema,
                PrepareSchemaIfNecessary = false, // once the database is there: JobServer
                AllowDegradedModeWithoutStorage = false,
                EnableLongPolling = false, // it would keep a connection for itself
                UseSlidingInvisibilityTimeout = true,
                InvisibilityTimeout = options.TakeOverAfter,
                QueuePollInterval = options.PollInterval,
            }));
        services.AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        services.AddSingleton(options).AddSingleton<JobMetrics>().AddScoped<JobRunner>();
        services.Replace(ServiceDescriptor.Singleton<IJobStart, JobStart>());
        return services.AddSingleton<JobServer>();
    }

    private sealed class JobStart(JobStorage storage, IRecurringJobManagerFactoryV2 recurring) : IJobStart
    {
        public void Start(string id) => recurring.GetManagerV2(storage).Trigger(id);
    }

    private sealed class PooledConnections(NpgsqlDataSource source) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();
    }
}
