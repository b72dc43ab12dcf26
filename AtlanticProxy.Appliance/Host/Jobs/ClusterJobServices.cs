using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace AtlanticProxy.Host.Jobs;

/// <summary>Hangfire, for what the cluster does once: in the appliance's own database, by its own connections.</summary>
internal static class ClusterJobServices
{
    /// <summary>Hangfire's tables.</summary>
    public const string Schema = "jobs";

    /// <summary>A job whose worker has not been heard of for this long is taken up again: after a kill -9, well within a minute. Workers renew it every 6 s.</summary>
    private static readonly TimeSpan InvisibilityTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What a job that was triggered by hand waits for at most. One indexed look, by each worker.</summary>
    private static readonly TimeSpan QueuePollInterval = TimeSpan.FromSeconds(5);

    /// <summary>Registers all of it. Nothing connects before <see cref="JobServer"/> runs.</summary>
    public static IServiceCollection AddClusterJobs(this IServiceCollection services)
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
                InvisibilityTimeout = InvisibilityTimeout,
                QueuePollInterval = QueuePollInterval,
            }));
        services.AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        services.AddScoped<JobRunner>();
        return services.AddSingleton<JobServer>();
    }

    private sealed class PooledConnections(NpgsqlDataSource source) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();
    }
}
