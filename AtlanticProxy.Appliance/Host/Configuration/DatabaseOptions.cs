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
        if (User.Length == 0)
            yield return "Database:User: must name a system user, for example postgres.";
    }
}
