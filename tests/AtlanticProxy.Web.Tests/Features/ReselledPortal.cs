using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>Resellers of a portal, and their customers.</summary>
internal static class ReselledPortal
{
    public const long Gb = 1_000_000_000;

    private static int s_made;

    /// <summary>Somebody with 10 GB who may sell them on for 2.00 USD a GB at least.</summary>
    public static async Task<SeededCustomer> ResellerAsync(this SeededPortal portal, string name = "Rita")
    {
        var customer = await portal.AddCustomerAsync(name);
        var plan = await portal.Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new($"Wholesale {Interlocked.Increment(ref s_made)}", PlanKind.Subscription, 2000, "USD", 10 * Gb), default));
        Assert.IsTrue((await portal.Portal.UseAsync((AssignPlan assign) =>
            assign.ExecuteAsync(new(customer.Id, plan.Value.Id), default))).IsSuccess);
        Assert.IsTrue((await portal.Portal.UseAsync((SetReseller set) =>
            set.ExecuteAsync(new(Scope.Staff, customer.Id, true, 200, "USD"), default))).IsSuccess);
        return customer;
    }

    /// <summary>A customer of a reseller who can sign in.</summary>
    public static async Task<SeededCustomer> SoldAsync(this SeededPortal portal, SeededCustomer seller, string name = "Sam")
    {
        string email = $"sold{Interlocked.Increment(ref s_made)}@test.example";
        var customer = (await portal.Portal.UseAsync((CreateCustomer create) => create.ExecuteAsync(
            new(email, name, Password: RunningPortal.Password, SellerId: seller.Id), default))).Value;
        return new SeededCustomer(customer.Id, email, 0, "", "");
    }
}
