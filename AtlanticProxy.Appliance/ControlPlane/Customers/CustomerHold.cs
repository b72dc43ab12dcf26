using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Holds a customer while something of theirs is bought, paid or ended.</summary>
internal static class CustomerHold
{
    /// <summary>
    /// Holds the one customer until the transaction ends. The order of locks is: payment, customer, subscription, order, money.
    /// In any other, two transactions could wait for each other.
    /// </summary>
    public static Task HoldCustomerAsync(this AtlanticDb db, IQueryable<long> customerId, CancellationToken cancellation) =>
        db.AllCustomers.Where(row => customerId.Contains(row.Id)).LockedForUpdate().Select(row => row.Id)
            .ToListAsync(cancellation);

    /// <inheritdoc cref="HoldCustomerAsync(AtlanticDb, IQueryable{long}, CancellationToken)"/>
    public static Task HoldCustomerAsync(this AtlanticDb db, long customerId, CancellationToken cancellation) =>
        db.AllCustomers.Where(row => row.Id == customerId).LockedForUpdate().Select(row => row.Id).ToListAsync(cancellation);
}
