using System.Data;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Data;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// Several commands in one transaction: one that is rolled back, for what they answer, or one that is committed where all of them
/// succeed. Their own transactions are savepoints in it: one that is not committed leaves nothing, and the next goes on.
/// Identities that they took are left out of the numbering, as after any transaction that failed.
/// </summary>
public sealed partial class AtlanticDb
{
    private const string Savepoint = "nested";

    /// <summary>Those that were not disposed of: whether each was committed.</summary>
    private readonly Stack<bool> _savepoints = [];

    private bool _nests;

    /// <summary>Answers what <paramref name="act"/> does, and leaves nothing of what it wrote.</summary>
    internal async Task<T> RehearseAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await using var transaction = await base.BeginTransactionAsync(cancellation);
        return await NestAsync(act);
    }

    /// <summary>Keeps what <paramref name="act"/> wrote where it succeeds, and nothing of it otherwise.</summary>
    internal async Task<T> TogetherAsync<T>(Func<Task<T>> act, CancellationToken cancellation) where T : Result
    {
        await using var transaction = await base.BeginTransactionAsync(cancellation);
        var result = await NestAsync(act);
        if (result.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return result;
    }

    private async Task<T> NestAsync<T>(Func<Task<T>> act)
    {
        _savepoints.Clear();
        _nests = true;
        try
        {
            return await act();
        }
        finally
        {
            _nests = false;
        }
    }

    /// <inheritdoc/>
    public override async Task<DataConnectionTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (!_nests)
            return await base.BeginTransactionAsync(cancellationToken);
        await this.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        _savepoints.Push(false);
        return new DataConnectionTransaction(this);
    }

    /// <inheritdoc/>
    public override async Task CommitTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (_nests)
        {
            await this.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            _savepoints.Pop();
            _savepoints.Push(true);
            return;
        }
        await base.CommitTransactionAsync(cancellationToken);
        await ReleaseAsync();
    }

    /// <inheritdoc/>
    public override async Task RollbackTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (_nests)
        {
            await this.ExecuteAsync($"rollback to savepoint {Savepoint}", cancellationToken); // disposing of it follows
            return;
        }
        await base.RollbackTransactionAsync(cancellationToken);
        await ReleaseAsync();
    }

    /// <summary>
    /// Of every transaction, in the end; also of what linq2db begins by itself, for a query that takes several statements: within
    /// others it begins nothing.
    /// </summary>
    public override async Task DisposeTransactionAsync()
    {
        if (_nests)
        {
            // On a connection that broke there is nothing to go back to, and what broke it is what must be known.
            if (_savepoints.TryPop(out bool committed) && !committed && TryGetDbConnection() is { State: ConnectionState.Open })
                await this.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}");
            return;
        }
        await base.DisposeTransactionAsync();
        await ReleaseAsync();
    }
}
