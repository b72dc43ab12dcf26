using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>What came of adding a customer.</summary>
/// <param name="CustomerId">Meaningless where something was refused.</param>
internal sealed record ImportOutcome(long CustomerId, IReadOnlyList<ImportRefusal> Refusals);

/// <summary>Adds customers by the commands that staff's forms use, within the caller's transaction.</summary>
public sealed class ImportBook(
    AtlanticDb db, PlanQueries plans, CreateCustomer create, SetBillingDetails setDetails, NoteCustomer note, SetPlanEnd setEnd,
    GiveGrant give, CreditWallet credit, CreateProxyUser createUser, TimeProvider time)
{
    private const string GrantMemo = "Traffic left at your move", CreditMemo = "Balance at your move";

    /// <param name="importId">For the key of the credit: it is given once.</param>
    /// <param name="rehearsal">
    /// It is rolled back anyway: passwords are checked, and not hashed, which would take a fifth of a second for each.
    /// </param>
    internal async Task<ImportOutcome> AddAsync(
        ImportedCustomer customer, long importId, bool rehearsal, CancellationToken cancellation)
    {
        var refusals = new List<ImportRefusal>();
        void Note(Result done, ImportField field, int? line = null) => refusals.AddRange(done.Errors.Take(1).Select(error =>
            new ImportRefusal(line ?? customer.Lines[0], customer.Email,
                ImportMapping.NameOf(FieldOf(error) ?? field), error.Message)));

        long? planId = null;
        if (customer.Plan.Length > 0)
        {
            var plan = await plans.FindByNameAsync(customer.Plan, cancellation);
            if (plan is not { IsSuccess: true, Value.Active: true })
                Note(new Error(ErrorKind.Invalid, "import.plan_unknown",
                    $"There is no plan “{customer.Plan}” that is sold: add it, or change the name."), ImportField.Plan);
            else
                planId = plan.Value.Id;
        }
        var added = await create.ExecuteAsync(new(customer.Email, customer.Name, planId), cancellation);
        Note(added, added.Errors is [{ Field: nameof(CreateCustomer.Request.Name) }, ..] ? ImportField.Name : ImportField.Email);
        if (!added.IsSuccess)
            return new ImportOutcome(0, refusals);
        long id = added.Value.Id;
        if (customer.Company.Length > 0 || customer.Country.Length > 0)
            Note(await setDetails.ExecuteAsync(new(Scope.Staff, id, customer.Company, "",
                customer.Country.Length > 0 ? customer.Country : null, null), cancellation), ImportField.Company);
        if (customer.Tags.Length > 0)
            Note(await note.TagAsync(id, customer.Tags, cancellation), ImportField.Tags);
        foreach (var user in customer.ProxyUsers)
            Note(await AddProxyUserAsync(id, user, rehearsal, cancellation), ImportField.ProxyUser, user.Line);
        if (customer.BytesLeft is { } bytes && refusals.Count == 0)
            Note(await LeaveAsync(id, bytes, customer.LastDay, cancellation), ImportField.GbLeft);
        if (customer.LastDay is { } last && planId is not null)
            Note(await setEnd.ExecuteAsync(SetPlanEnd.Request.Through(id, last), cancellation), ImportField.ValidUntil);
        if (customer.Balance is { } balance)
            Note(await credit.ExecuteAsync(new(id, balance.MinorUnits, balance.Currency, KeyOf(importId, id), CreditMemo),
                cancellation), ImportField.Balance);
        return new ImportOutcome(id, refusals);
    }

    /// <summary>Of the ledger's transaction that gives a customer its balance.</summary>
    internal static string KeyOf(long importId, long customerId) =>
        string.Create(CultureInfo.InvariantCulture, $"import/{importId}/{customerId}");

    private async Task<Result> AddProxyUserAsync(
        long customerId, ImportedProxyUser user, bool rehearsal, CancellationToken cancellation)
    {
        if (rehearsal && user.Password is { } password)
        {
            var validation = new Validation();
            ChosenSecret.Require(validation, password, nameof(CreateProxyUser.Request.Secret));
            if (validation.Failed)
                return Result.Failure(validation.Errors);
        }
        return await createUser.ExecuteAsync(
            new(Scope.Staff, customerId, user.Name, Secret: rehearsal ? null : user.Password), cancellation);
    }

    /// <summary>
    /// Has the customer go on with what it had left: the plan's first period gives no more than that, and what is beyond is given
    /// on top.
    /// </summary>
    private async Task<Result> LeaveAsync(long customerId, long bytes, DateOnly? lastDay, CancellationToken cancellation)
    {
        string? measure = await db.ScalarAsync<string?>($"""
            select measure from quota_accounts where customer_id = {customerId} and proxy_user_id is null
            """, cancellation);
        if (measure != "bytes")
            return new Error(ErrorKind.Invalid, "import.gb_without_plan",
                "GB left needs a plan that counts traffic: give one, or leave this empty.");
        long ofPlan = await db.ScalarAsync<long>($"""
            with first_period as (
                update grants set amount = least(amount, {bytes}) where customer_id = {customerId} and origin = 'period'
                returning amount)
            select coalesce(sum(amount), 0)::bigint from first_period
            """, cancellation);
        DateTimeOffset? until = lastDay is { } last ? SetPlanEnd.Request.Through(customerId, last).EndsAt : null;
        return bytes == ofPlan || until <= time.GetUtcNow()
            ? Result.Success
            : await give.ExecuteAsync(new(customerId, bytes - ofPlan, Until: until, Memo: GrantMemo), cancellation);
    }

    /// <summary>Where a command's refusal belongs; null where it says nothing of that.</summary>
    private static ImportField? FieldOf(Error error) => error.Field switch
    {
        nameof(CreateCustomer.Request.Email) => ImportField.Email,
        nameof(CreateCustomer.Request.PlanId) => ImportField.Plan,
        nameof(CreateProxyUser.Request.Secret) => ImportField.ProxyPassword,
        nameof(SetBillingDetails.Request.Country) => ImportField.Country,
        nameof(SetBillingDetails.Request.Company) => ImportField.Company,
        nameof(CreditWallet.Request.Currency) => ImportField.Currency,
        _ => null,
    };
}
