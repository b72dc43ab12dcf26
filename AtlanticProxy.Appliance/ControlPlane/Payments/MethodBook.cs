using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Keeps the cards that customers leave with gateways.</summary>
internal sealed class MethodBook(AtlanticDb db, SecretBox box, TimeProvider time)
{
    /// <summary>
    /// Within the payment's transaction. A card that is known is brought up to date; a customer's first is the default.
    /// </summary>
    public async Task KeepAsync(Payment payment, MethodToken token, CancellationToken cancellation)
    {
        // Two payments of a customer that settle at once: one after the other.
        await db.HoldCustomerAsync(payment.CustomerId, cancellation);
        var known = await db.PaymentMethods.Where(row => row.CustomerId == payment.CustomerId
            && row.GatewayId == payment.GatewayId && row.Fingerprint == token.Fingerprint).SingleOrDefaultAsync(cancellation);
        var method = known ?? new PaymentMethod
        {
            Id = await db.NextIdAsync("payment_methods", cancellation), CustomerId = payment.CustomerId,
            GatewayId = payment.GatewayId, Fingerprint = token.Fingerprint, CreatedAt = time.GetUtcNow(),
            IsDefault = !await db.PaymentMethods.AnyAsync(row => row.CustomerId == payment.CustomerId, cancellation),
        };
        (method.GatewayCustomer, method.Email, method.Brand, method.Last4) =
            (token.Customer, token.Email, token.Brand, token.Last4);
        (method.ExpiryMonth, method.ExpiryYear) = (token.ExpiryMonth, token.ExpiryYear);
        var place = SecretPlace.PaymentMethodToken(method.Id);
        if (method.TokenSealed is not { } kept || box.Open(kept, place) != token.Token)
            method.TokenSealed = box.Seal(token.Token, place);
        if (known is null)
            await db.InsertAsync(method, token: cancellation);
        else
            await db.UpdateIfChangedAsync(method, cancellation);
    }

    public string TokenOf(PaymentMethod method) => box.Open(method.TokenSealed!, SecretPlace.PaymentMethodToken(method.Id));
}
