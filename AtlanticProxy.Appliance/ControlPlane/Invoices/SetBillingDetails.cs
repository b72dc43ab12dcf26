using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Sets whom a customer's invoices are made out to. Those that are finalised keep what they say.</summary>
public sealed class SetBillingDetails(AtlanticDb db, IVatDirectory directory, TimeProvider time)
{

    /// <param name="Company">Empty of a private person.</param>
    /// <param name="StreetAddress">As on an envelope, several lines, without the country.</param>
    /// <param name="Country">ISO 3166-1 alpha-2, any case: where tax is due.</param>
    /// <param name="VatId">As people write it; null of who has none.</param>
    /// <param name="Language">Of invoices and mail: <c>en</c> or <c>fr</c>.</param>
    public sealed record Request(
        Scope Scope, long CustomerId, string Company, string StreetAddress, string? Country, string? VatId,
            string Language = "en");

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        string company = PartyRules.RequireCompany(validation, request.Company);
        string address = PartyRules.RequireAddress(validation, request.StreetAddress);
        string? country = PartyRules.RequireCountry(validation, request.Country);
        string? vatId = PartyRules.RequireVatId(validation, request.VatId, country);
        validation.Require(MailDefaults.Languages.Contains(request.Language), nameof(Request.Language),
            "billing.language_unknown",
            "Give en or fr.");
        validation.Require(vatId is null || company.Length > 0, nameof(Request.Company), "billing.company_missing",
            "A VAT number is a company's: give its name.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        var visible = db.Customers.VisibleTo(request.Scope).Where(row => row.Id == request.CustomerId);
        if (await visible.SingleOrDefaultAsync(cancellation) is not { } before)
            return CustomerQueries.NoSuchCustomer;
        // Asked before anything is locked: the directory takes its time.
        bool ask = VatId.IsMemberState(country) && vatId is not null && (vatId != before.VatId || before.VatCheckedAt is null);
        var answer = ask ? await directory.AskAsync(vatId!, cancellation) : VatAnswer.Unknown;
        if (answer == VatAnswer.NotRegistered)
            return new Error(ErrorKind.Invalid, "billing.vat_id_unknown",
                "The EU's directory does not know this VAT number. Check it, or leave it empty.", nameof(Request.VatId));
        var checkedAt = answer == VatAnswer.Registered ? time.GetUtcNow() : vatId == before.VatId ? before.VatCheckedAt : null;
        return await db.ExecuteSqlAsync($"""
            update customers set (company, street_address, country, vat_id, language, vat_checked_at)
                = ({company}, {address}, {country}, {vatId}, {request.Language}, {checkedAt})
            where id = {before.Id} and deleted_at is null
                and (company, street_address, country, vat_id, language, vat_checked_at)
                    is distinct from ({company}, {address}, {country}::text, {vatId}::text, {request.Language},
                        {checkedAt}::timestamptz)
            """, cancellation) > 0;
    }
}
