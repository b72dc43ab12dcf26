using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Referrals;

/// <summary>Reads referrals. A customer's code is made when it is first looked at.</summary>
public sealed class ReferralQueries(AtlanticDb db, TimeProvider time)
{
    /// <summary>Without letters and digits that look alike.</summary>
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    private const int CodeLength = 8;

    public async Task<ReferralSettings> SettingsAsync(CancellationToken cancellation)
    {
        var row = await db.ReferralSettings.SingleAsync(cancellation);
        return new ReferralSettings(row.Enabled, (decimal)row.BasisPoints / TaxRate.BasisPointsPerPercent, row.ClearingDays);
    }

    public async Task<Result<ReferralSummary>> FindAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        if (!await db.Customers.VisibleTo(scope).AnyAsync(row => row.Id == customerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        bool isOn = await db.ReferralSettings.AnyAsync(row => row.Enabled, cancellation);
        var earnings = await db.QueryAsync<ReferralEarnings>($"""
            select c.currency, coalesce(sum(commission_due(c)) filter (where not cleared), 0)::bigint as pending,
                sum(given)::bigint as given
            from commissions c where referrer_id = {customerId} group by 1 order by 1
            """, cancellation);
        return new ReferralSummary(isOn ? await CodeAsync(customerId, cancellation) : null,
            await db.Referrals.CountAsync(row => row.ReferrerId == customerId, cancellation), earnings);
    }

    private async Task<string> CodeAsync(long customerId, CancellationToken cancellation)
    {
        var own = db.ReferralCodes.Where(row => row.CustomerId == customerId).Select(row => row.Code);
        if (await own.SingleOrDefaultAsync(cancellation) is { } code)
            return code;
        // A collision of 31^8 is refused too, and tried again by the next look.
        await db.InsertUnlessTakenAsync(new ReferralCode
        {
            CustomerId = customerId, Code = RandomNumberGenerator.GetString(Alphabet, CodeLength), CreatedAt = time.GetUtcNow(),
        }, cancellation);
        return await own.SingleAsync(cancellation);
    }
}
