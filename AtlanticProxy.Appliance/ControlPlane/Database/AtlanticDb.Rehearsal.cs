using LinqToDB.Data;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// A rehearsal runs commands for what they answer: all of it is one transaction, which is rolled back. Their own transactions are
/// savepoints in it. Identities that they took are left out of the numbering, as after any transaction that failed.
/// </summary>
public sealed partial class AtlanticDb
{
    private const string Savepoint = "rehearsed";

    private bool _rehearses;

    /// <summary>Answers what <paramref name="act"/> does, and leaves nothing of what it wrote.</summary>
    internal async Task<T> RehearseAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await using var transaction = await base.BeginTransactionAsync(cancellation);
        _rehearses = true;
        try
        {
            return await act();
        }
        finally
        {
            _rehearses = false;
            await transaction.RollbackAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public override async Task<DataConnectionTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (!_rehearses)
            return await base.BeginTransactionAsync(cancellationToken);
        await this.ExecuteAsync($"savepoint {Savepoint}", cancellationToken);
        return new DataConnectionTransaction(this);
    }

    /// <inheritdoc/>
    public override async Task CommitTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (_rehearses)
        {
            await this.ExecuteAsync($"release savepoint {Savepoint}", cancellationToken);
            return;
        }
        await base.CommitTransactionAsync(cancellationToken);
        await ReleaseAsync();
    }

    /// <inheritdoc/>
    public override async Task RollbackTransactionAsync(CancellationToken cancellationToken = default)
    {
        if (_rehearses)
        {
            await this.ExecuteAsync($"rollback to savepoint {Savepoint}; release savepoint {Savepoint}", cancellationToken);
            return;
        }
        await base.RollbackTransactionAsync(cancellationToken);
        await ReleaseAsync();
    }

    /// <summary>Also of what linq2db begins by itself, for a query that takes several statements.</summary>
    public override async Task DisposeTransactionAsync()
    {
        if (_rehearses)
            return;
        await base.DisposeTransactionAsync();
        await ReleaseAsync();
    }
}
