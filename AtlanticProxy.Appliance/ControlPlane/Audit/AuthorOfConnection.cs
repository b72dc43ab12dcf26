using System.Data.Common;
using LinqToDB.Interceptors;

namespace AtlanticProxy.ControlPlane.Audit;

/// <summary>
/// Tells each connection whom its statements are for. The pool forgets it when the connection goes back, as all settings of a
/// session.
/// </summary>
internal sealed class AuthorOfConnection(Authorship authorship) : ConnectionInterceptor
{
    private const string Statement = "select set_config('atlantic.author', $1, false)";

    public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection)
    {
        using var command = Command(connection);
        command?.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection);
        if (command is not null)
            await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private DbCommand? Command(DbConnection connection)
    {
        if (authorship.Author is not { } author)
            return null;
        var command = connection.CreateCommand();
        command.CommandText = Statement;
        var parameter = command.CreateParameter();
        parameter.Value = author.ToJson();
        command.Parameters.Add(parameter);
        return command;
    }
}
