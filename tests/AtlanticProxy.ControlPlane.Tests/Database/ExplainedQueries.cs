using System.Data;
using System.Data.Common;
using AtlanticProxy.Testing;
using LinqToDB.Common;
using LinqToDB.Interceptors;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Database;

/// <summary>Has each query explained, with its parameters, before it runs.</summary>
/// <param name="explain">How: <c>explain</c>, with its options.</param>
/// <param name="settings">SQL that goes before.</param>
internal sealed class ExplainedQueries(TestDatabase database, string explain = "explain", string settings = "select 1")
    : CommandInterceptor
{
    public List<string> Plans { get; } = [];

    public override async Task<Option<DbDataReader>> ExecuteReaderAsync(
        CommandEventData eventData, DbCommand command, CommandBehavior commandBehavior, Option<DbDataReader> result,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await using (var set = new NpgsqlCommand(settings, connection))
            await set.ExecuteNonQueryAsync(cancellationToken);
        await using var explained = new NpgsqlCommand($"{explain} {command.CommandText}", connection);
        foreach (NpgsqlParameter parameter in command.Parameters)
            explained.Parameters.Add(parameter.Clone());
        await using var lines = await explained.ExecuteReaderAsync(cancellationToken);
        var plan = new List<string>();
        while (await lines.ReadAsync(cancellationToken))
            plan.Add(lines.GetString(0));
        Plans.Add(string.Join('\n', plan));
        return result;
    }
}
