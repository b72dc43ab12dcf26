using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// What payments of one kind are for. All of it runs in the transaction that the payment changes in, after the money is in the
/// wallet: what was bought is paid from there.
/// </summary>
internal interface IPaymentPurpose
{
    /// <summary>As stored: <c>top_up</c>.</summary>
    string Kind { get; }

    /// <summary>All of the money is in the wallet. Called once for each purpose.</summary>
    Task SettledAsync(Payment payment, CancellationToken cancellation);

    /// <summary>It was refused, or nobody paid in time. The purpose may be paid for anew.</summary>
    Task FailedAsync(Payment payment, CancellationToken cancellation);

    /// <summary>
    /// Before a refund: takes back what was bought, so that <paramref name="amount"/> (minor units) of it is in the wallet.
    /// </summary>
    Task<Result> TakeBackAsync(Payment payment, long amount, CancellationToken cancellation) => Task.FromResult(Result.Success);

    /// <summary>A dispute about it was opened, or won. Of one that is lost, what was bought was taken back before.</summary>
    Task DisputedAsync(Payment payment, bool isOpen, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Money for the wallet itself: there is nothing more to do.</summary>
internal sealed class TopUp : IPaymentPurpose
{
    public const string KindName = "top_up";

    public string Kind => KindName;

    public Task SettledAsync(Payment payment, CancellationToken cancellation) => Task.CompletedTask;

    public Task FailedAsync(Payment payment, CancellationToken cancellation) => Task.CompletedTask;
}
