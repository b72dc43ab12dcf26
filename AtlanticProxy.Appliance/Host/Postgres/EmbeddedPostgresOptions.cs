namespace AtlanticProxy.Host.Postgres;

/// <summary>What an <see cref="EmbeddedPostgres"/> needs to know.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The system user of Debian's package, made by it.</summary>
    public const string DefaultUser = "postgres";

    /// <summary>The cluster's own directory (PGDATA). Made on the first start.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// System user that the server runs as when we are root: PostgreSQL refuses to run as root. Otherwise it runs as ourselves.
    /// </summary>
    public string User { get; init; } = DefaultUser;

    /// <summary>Holds the socket's own folder; empty for the default of <see cref="PostgresCluster.SocketFolder"/>.</summary>
    public string SocketRoot { get; init; } = "";

    /// <summary>Settings over those of <see cref="SmallServer"/>: tests turn fsync off.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Time for the server to say that it is ready; recovery after a crash replays up to max_wal_size first.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time for a fast shutdown: it ends sessions and writes a checkpoint.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Space that must be free on the file system: a WAL segment or two, the first checkpoint and some traffic. Bytes.
    /// </summary>
    public long MinimumFreeBytes { get; init; } = 128L << 20;

    /// <summary>A server that shares a small VPS with the proxy.</summary>
    internal static readonly IReadOnlyDictionary<string, string> SmallServer = new Dictionary<string, string>
    {
        // Unix socket only: nothing to scan for, nothing to guess.
        ["listen_addresses"] = "",
        // The whole working set (accounts, recent usage) fits; the page cache does the rest.
        ["shared_buffers"] = "64MB",
        // A pool of 30 for the appliance, some for the CLI, backups and a person with psql. Each idle session costs about 2 MB.
        ["max_connections"] = "60",
        // Compiling queries costs more than these short ones take, and 20 MB in each session.
        ["jit"] = "off",
        ["maintenance_work_mem"] = "64MB",
        ["max_wal_size"] = "512MB",
        ["min_wal_size"] = "80MB",
        // Nothing here is worth a core: queries are short and the proxy wants the CPU.
        ["max_parallel_workers_per_gather"] = "0",
        ["log_line_prefix"] = "",
        ["cluster_name"] = "atlantic",
        // A session whose client machine vanished must not hold locks for ever.
        ["idle_in_transaction_session_timeout"] = "5min",
        // What a process asked that was killed is given up: until then its session would keep the database in use.
        ["client_connection_check_interval"] = "1s",
    };
}
