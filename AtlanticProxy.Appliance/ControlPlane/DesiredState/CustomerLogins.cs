using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>
/// Gives a customer that has no login one, where the document has a password for it. Passwords that there are stay.
/// </summary>
internal sealed class CustomerLogins(AccountQueries accounts, CreateCustomerLogin create)
{
    public async Task<Result> EnsureAsync(
        DesiredCustomer desired, CustomerSummary customer, List<string> changes, CancellationToken cancel)
    {
        if (desired.Password is not { } password || (await accounts.ListAsync(customer.Id, cancel)).Count > 0)
            return Result.Success;
        var created = await create.ExecuteAsync(new(customer.Id, password.Text), cancel);
        if (created.IsSuccess)
            changes.Add($"customer {customer.Email}: login added");
        return created;
    }
}
