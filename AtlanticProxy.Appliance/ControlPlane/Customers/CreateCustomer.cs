using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>
/// Adds a customer, with a login where there is a password: both or neither. The same email twice is a conflict.
/// </summary>
public sealed class CreateCustomer(
    AtlanticDb db, CreateCustomerLogin createLogin, CustomerQueries customers, TimeProvider time)
{
    /// <param name="Name">Shown on pages and invoices; empty takes the email address.</param>
    /// <param name="PlanId">Null for none yet.</param>
    /// <param name="PlanId">Null for none yet. A reseller's customer has the reseller's.</param>
    /// <param name="Password">Of its portal login; null for none yet.</param>
    /// <param name="SellerId">The reseller whose customer it is; null: the operator's own.</param>
    public sealed record Request(
        string Email, string Name, long? PlanId = null, string? Password = null, long? SellerId = null)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(CreateCustomer)} {{ {Email}, {PlanId} }}";
    }

    public async Task<Result<CustomerSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (Check(request) is { Failed: true } wrong) // before the database is asked
            return Result.Failure<CustomerSummary>(wrong.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var added = await AddAsync(request, cancellation);
        if (!added.IsSuccess)
            return Result.Failure<CustomerSummary>(added.Errors);
        await transaction.CommitAsync(cancellation);
        return await customers.FindAsync(Scope.Staff, added.Value, cancellation);
    }

    /// <summary>The same in the caller's transaction. The value is the customer's id.</summary>
    internal async Task<Result<long>> AddAsync(Request request, CancellationToken cancellation)
    {
        if (Check(request) is { Failed: true } wrong)
            return Result.Failure<long>(wrong.Errors);
        var (email, name) = (EmailAddress.Normalise(request.Email), request.Name.Trim());
        if (request.SellerId is { } seller && !await db.HoldSellerAsync(seller, cancellation))
            return ResaleRules.NotReseller;
        if (request is { SellerId: not null, PlanId: not null })
            return ResaleRules.HasSellersPlan;
        var plan = request.PlanId is { } id
            ? await db.Plans.SingleOrDefaultAsync(p => p.Id == id && p.Active, cancellation)
            : null;
        if (request.PlanId is not null && plan is null)
            return AssignPlan.NoSuchPlan;
        var customer = new Customer
        {
            Email = email!, Name = name.Length > 0 ? name : email!, PlanId = plan?.Id, CreatedAt = time.GetUtcNow(),
            SellerId = request.SellerId,
        };
        if (await db.InsertWithIdUnlessTakenAsync(customer, cancellation) is not { } customerId)
            return new Error(ErrorKind.Conflict, "customer.email_taken", "There is a customer with this email address already.",
                nameof(Request.Email));
        if (request.Password is { } password)
        {
            var login = await createLogin.ExecuteAsync(new CreateCustomerLogin.Request(customerId, password), cancellation);
            if (!login.IsSuccess)
                return Result.Failure<long>(login.Errors);
            await db.AppendEventAsync(EventKinds.CustomerCreated, customerId, new { customer.Email }, customer.CreatedAt,
                cancellation);
        }
        return customerId;
    }

    private static Validation Check(Request request)
    {
        var validation = new Validation();
        validation.Require(EmailAddress.Normalise(request.Email) is not null, nameof(Request.Email), "customer.email_invalid",
            EmailAddress.Rule);
        CustomerName.Require(validation, request.Name.Trim(), nameof(Request.Name));
        return validation;
    }
}

/// <summary>What a customer may be called.</summary>
internal static class CustomerName
{
    public static void Require(Validation validation, string name, string field)
    {
        validation.Require(name.Length <= Customer.MaxNameLength, field, "customer.name_too_long",
            $"A name has at most {Customer.MaxNameLength} characters.");
        validation.Require(!name.Any(char.IsControl), field, "customer.name_invalid", "A name has no control characters.");
    }
}
