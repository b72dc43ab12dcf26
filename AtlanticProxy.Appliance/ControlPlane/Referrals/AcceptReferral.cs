using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Referrals;

/// <summary>Notes that a new customer came by somebody's code.</summary>
public sealed class AcceptReferral(AtlanticDb db, TimeProvider time)
{
    /// <param name="Code">Of the referrer, any case.</param>
    public sealed record Request(long CustomerId, string Code);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string code = request.Code.Trim().ToLowerInvariant();
        if (!await db.ReferralSettings.AnyAsync(row => row.Enabled, cancellation))
            return new Error(ErrorKind.Conflict, "referral.off", "There are no referrals here.");
        var customer = await db.Customers.SingleOrDefaultAsync(row => row.Id == request.CustomerId, cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        var referrer = await db.Customers.SingleOrDefaultAsync(
            row => db.ReferralCodes.Any(own => own.CustomerId == row.Id && own.Code == code), cancellation);
        if (referrer is null)
            return new Error(ErrorKind.Invalid, "referral.code_unknown", "There is no such code.", nameof(Request.Code));
        if (SamePerson.Are(customer, referrer))
            return new Error(ErrorKind.Invalid, "referral.self", "Nobody can refer themselves.", nameof(Request.Code));
        if (await db.Invoices.AnyAsync(row => row.CustomerId == customer.Id && row.State == InvoiceState.Paid, cancellation))
            return new Error(ErrorKind.Conflict, "referral.not_new", "Only a new customer can be referred.");
        return await db.InsertUnlessTakenAsync(
            new Referral { CustomerId = customer.Id, ReferrerId = referrer.Id, CreatedAt = time.GetUtcNow() }, cancellation)
            ? Result.Success
            : new Error(ErrorKind.Conflict, "referral.taken", "This customer was referred already.");
    }
}
