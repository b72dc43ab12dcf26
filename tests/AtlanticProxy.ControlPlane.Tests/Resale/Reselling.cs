using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.Resale;

/// <summary>What resellers do, in short.</summary>
internal static class Reselling
{
    public const long Gb = Metered.Gb;

    /// <summary>A reseller whose plan brings <paramref name="gb"/> a month.</summary>
    public static async Task<Metered> ResellerAsync(
        this ControlPlaneTest plane, long gb = 10, string name = "rita", long? floor = null)
    {
        var seller = await Metered.StartAsync(plane, Metered.Subscription(gb * Gb), name);
        Assert.AreEqual("", (await plane.SetResellerAsync(Scope.Staff, seller.Customer.Id, floor: floor)).Codes());
        return seller;
    }

    public static Task<Result<bool>> SetResellerAsync(
        this ControlPlaneTest plane, Scope scope, long customer, bool may = true, long? floor = null, string? currency = "USD") =>
        plane.AskAsync((SetReseller set) => set.ExecuteAsync(new(scope, customer, may, floor, currency), default));

    /// <summary>A customer of a reseller with a proxy user, and traffic.</summary>
    public static async Task<Metered> SoldAsync(
        this ControlPlaneTest plane, Metered seller, long bytes = Gb, string name = "sam", DateTimeOffset? until = null)
    {
        var customer = (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new($"{name}@example.com", name, SellerId: seller.Customer.Id), default))).Value;
        var user = await plane.ProxyUserAsync(customer.Id, name);
        if (bytes > 0)
            Assert.AreEqual(bytes, (await plane.SellAsync(seller, customer.Id, bytes, until)).Value);
        return new Metered(plane, customer, seller.Plan, user.ProxyUserId, await plane.Database.ScalarAsync<long>(
            $"select id from quota_accounts where customer_id = {customer.Id} and proxy_user_id is null"));
    }

    public static Task<Result<long>> SellAsync(
        this ControlPlaneTest plane, Metered seller, long customer, long bytes, DateTimeOffset? until = null) =>
        plane.AskAsync((SellTraffic sell) =>
            sell.ExecuteAsync(new(Scope.Of(seller.Customer.Id), customer, bytes, until), default));

    public static Task<Result<long>> ReturnAsync(this ControlPlaneTest plane, Metered seller, long customer) =>
        plane.AskAsync((ReturnTraffic back) => back.ExecuteAsync(new(Scope.Of(seller.Customer.Id), customer), default));

    public static async Task<ResellerSummary> FiguresAsync(this ControlPlaneTest plane, Metered seller) =>
        (await plane.AskAsync((ResaleQueries queries) => queries.FindAsync(seller.Customer.Id, default)))!;

    /// <summary>Used of amount, with what is reserved, in the order of drawing.</summary>
    public static async Task<string> GrantsAsync(this ControlPlaneTest plane, Metered of) => string.Join(", ",
        (await plane.AskAsync((GrantQueries q) => q.ListAsync(Scope.Of(of.Customer.Id), of.Customer.Id, default)))
        .Select(grant => $"{grant.Origin} {grant.Used}/{grant.Amount}" + (grant.Reserved > 0 ? $"+{grant.Reserved}" : "")));

    public static async Task<Standing> StandingAsync(this ControlPlaneTest plane, Metered of) =>
        (await plane.AskAsync((CustomerQueries queries) => queries.FindAsync(Scope.Staff, of.Customer.Id, default)))
        .Value.Standing;

    /// <summary>Whatever the nightly audit would say.</summary>
    public static async Task AssertBooksAsync(this ControlPlaneTest plane) => Assert.AreEqual("", string.Join('\n',
        (await plane.AskAsync((VerifyBooks verify) => verify.ExecuteAsync(default))).Select(each => each.What)));
}
