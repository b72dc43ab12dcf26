using AtlanticProxy.Host.Postgres;
using Npgsql;

namespace AtlanticProxy.Host.Configuration;

/// <summary>Which PostgreSQL: section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>
    /// Npgsql connection string of a server that is run elsewhere; empty runs the embedded one under the data directory.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>System user that the embedded server runs as when the appliance is root.</summary>
    public string User { get; set; } = EmbeddedPostgresOptions.DefaultUser;

    /// <summary>
    /// Whether <c>serve</c> runs the embedded server itself, and verbs do while there is none. False where a service manager runs
    /// it by the verb <c>postgres</c>, so that it outlives the appliance.
    /// </summary>
    public bool RunServer { get; set; } = true;

    /// <summary>
    /// Folder for the embedded server's socket; empty for <c>/run/atlanticproxy</c> as root, else one of the user's own in
    /// <c>/tmp</c>.
    /// </summary>
    public string SocketFolder { get; set; } = "";

    public bool IsEmbedded => ConnectionString.Length == 0;

    public IEnumerable<string> Validate()
    {
        string? wrong = null;
        try
        {
            _ = new NpgsqlConnectionStringBuilder(ConnectionString);
        }
        catch (ArgumentException e)
        {
            wrong = e.Message;
        }
        if (wrong is not null)
            yield return $"Database:ConnectionString: {wrong}";
        if (SocketFolder.Length > 0 && !Path.IsPathFullyQualified(SocketFolder))
            yield return $"Database:SocketFolder: '{SocketFolder}' is not an absolute path.";
        if (User.Length == 0)
            yield return "Database:User: must name a system user, for example postgres.";
    }
}
