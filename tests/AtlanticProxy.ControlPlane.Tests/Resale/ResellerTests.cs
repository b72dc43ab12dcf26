using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Team;
using AtlanticProxy.ControlPlane.Tests.Mail;
using AtlanticProxy.ControlPlane.Tests.Quotas;
using AtlanticProxy.ControlPlane.Tests.Snapshots;
using AtlanticProxy.Engine.Snapshot;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Resale;

/// <summary>Who may resell, to whom, under which name and from which price on.</summary>
[TestClass]
public sealed class ResellerTests
{
    private const long Gb = Reselling.Gb;

    [TestMethod]
    public async Task Customer_OfASuspendedSeller_IsRefusedUntilItGoesOn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        var sub = await plane.SoldAsync(rita, 2 * Gb, "sub");
        await plane.SetResellerAsync(Scope.Of(rita.Customer.Id), sub.Customer.Id);
        var last = await plane.SoldAsync(sub, Gb, "last");
        await using var engine = await FollowedEngine.StartAsync(plane);
        ProxyUserState StateOf(EngineSnapshot snapshot, Metered of) => snapshot.FindUser(of.Customer.Name)!.State;

        await StateAsync(plane, rita, CustomerState.Suspended);
        await engine.UntilAsync(now => StateOf(now, sub) == ProxyUserState.CustomerSuspended
            && StateOf(now, last) == ProxyUserState.CustomerSuspended, "both levels stop");
        Assert.AreEqual((Standing.Suspended, Standing.SellerStopped, Standing.SellerStopped), (await plane.StandingAsync(rita),
            await plane.StandingAsync(sub), await plane.StandingAsync(last)));

        await StateAsync(plane, rita, CustomerState.Active);
        await engine.UntilAsync(now => StateOf(now, last) == ProxyUserState.Active, "they go on");
        Assert.IsTrue((await HoldAsync(plane, rita, sub, true)).Value);
        Assert.IsFalse((await HoldAsync(plane, rita, sub, true)).Value);
        await engine.UntilAsync(now => StateOf(now, sub) == ProxyUserState.CustomerSuspended
            && StateOf(now, last) == ProxyUserState.CustomerSuspended, "a reseller suspends its customer");
        Assert.AreEqual((Standing.Suspended, Standing.SellerStopped), (await plane.StandingAsync(sub),
            await plane.StandingAsync(last)));
        await HoldAsync(plane, rita, sub, false);

        await plane.AskAsync((SetPlanEnd set) => set.ExecuteAsync(
            new(rita.Customer.Id, plane.Time.GetUtcNow().AddDays(-1)), default));
        Assert.AreEqual((Standing.SubscriptionEnded, Standing.SellerStopped), (await plane.StandingAsync(rita),
            await plane.StandingAsync(last)));
        await engine.UntilAsync(now => StateOf(now, last) == ProxyUserState.CustomerSuspended, "the seller's plan has ended");
    }

    [TestMethod]
    public async Task Suspension_ByStaff_IsNotLiftedByTheSeller()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        var sam = await plane.SoldAsync(rita);
        await StateAsync(plane, sam, CustomerState.Suspended);

        await HoldAsync(plane, rita, sam, true);
        await HoldAsync(plane, rita, sam, false);
        Assert.AreEqual(Standing.Suspended, await plane.StandingAsync(sam));
    }

    [TestMethod]
    public async Task Customer_OfAReseller_HasItsPlansRightsAndNoTrafficOfIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(10);
        var sam = await plane.SoldAsync(rita, 0);
        Assert.AreEqual((rita.Plan.Id, Standing.QuotaExhausted), (sam.Customer.PlanId, sam.Customer.Standing));
        Assert.AreEqual("", await plane.GrantsAsync(sam));
        Assert.AreEqual("reseller.has_sellers_plan@PlanId", (await plane.AskAsync((AssignPlan assign) =>
            assign.ExecuteAsync(new(sam.Customer.Id, rita.Plan.Id), default))).Codes());
        Assert.AreEqual("reseller.has_sellers_plan@PlanId", (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("x@example.com", "", rita.Plan.Id, SellerId: rita.Customer.Id), default))).Codes());

        await plane.SellAsync(rita, sam.Customer.Id, Gb);
        await sam.BookAsync("n", 1000);
        var hourly = (await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Hours", PlanKind.Hourly, 60, "USD"), default))).Value;
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(rita.Customer.Id, hourly.Id), default));
        Assert.AreEqual(hourly.Id, (await FindAsync(plane, sam)).PlanId);
        Assert.AreEqual("Resale 1000/1000000000", await plane.GrantsAsync(sam), "its own grants stay what they are");
        Assert.AreEqual("resale.not_enough@Bytes", (await plane.SellAsync(rita, sam.Customer.Id, 1)).Codes(), "hours are no GB");
        Assert.IsFalse((await plane.FiguresAsync(rita)).IsBounded);
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(rita.Customer.Id, null), default));
        Assert.IsNull((await FindAsync(plane, sam)).PlanId);
        Assert.AreEqual(Standing.QuotaExhausted, await plane.StandingAsync(sam), "without a plan it is still bounded");
    }

    [TestMethod]
    public async Task Reseller_ThatMayNoLonger_KeepsItsCustomersAndGetsNoMore()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        var sam = await plane.SoldAsync(rita);
        Assert.IsTrue((await plane.SetResellerAsync(Scope.Staff, rita.Customer.Id, may: false)).Value);
        Assert.IsFalse((await plane.SetResellerAsync(Scope.Staff, rita.Customer.Id, may: false)).Value);

        Assert.AreEqual(Standing.Served, await plane.StandingAsync(sam));
        Assert.AreEqual("reseller.not_one", (await plane.SellAsync(rita, sam.Customer.Id, 1)).Codes());
        Assert.AreEqual("reseller.not_one", (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("x@example.com", "", SellerId: rita.Customer.Id), default))).Codes());
        Assert.AreEqual("reseller.not_one", (await BrandAsync(plane, rita, "rita.example.com")).Codes());
        Assert.AreEqual("reseller.not_one", (await PriceAsync(plane, rita, 1, 100)).Codes());
        Assert.IsTrue((await plane.ReturnAsync(rita, sam.Customer.Id)).IsSuccess, "what is unused comes back all the same");
    }

    [TestMethod]
    public async Task Database_HoldsLevelsAndSellers_WhateverACommandForgets()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        var sam = await plane.SoldAsync(rita);

        foreach (string wrong in (string[])
        [
            $"update customers set seller_id = null where id = {sam.Customer.Id}",
            $"update customers set resale_level = 0 where id = {rita.Customer.Id}; update customers set resale_level = 1 "
                + $"where id = {rita.Customer.Id}",
            $"insert into customers (email, name, seller_id) values ('x@example.com', 'x', {sam.Customer.Id})",
            $"update customers set held_by_seller = true where id = {rita.Customer.Id}",
        ])
            await Assert.ThrowsExactlyAsync<PostgresException>(() => plane.Database.ExecuteAsync(wrong), wrong);
    }

    [TestMethod]
    public async Task Prices_UnderTheFloor_AreRefusedByName()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(floor: 250);
        Assert.AreEqual("resale.price_under_floor@Price", (await PriceAsync(plane, rita, 10, 2499)).Codes());
        Assert.AreEqual("resale.amount_invalid@Bytes resale.price_invalid@Price", (await PriceAsync(plane, rita, 0, 0)).Codes());
        Assert.AreEqual("", (await PriceAsync(plane, rita, 10, 2500)).Codes());
        Assert.AreEqual("", (await PriceAsync(plane, rita, 10, 4000)).Codes(), "the same amount is another price");

        var sam = await plane.SoldAsync(rita);
        var offer = await OfferAsync(plane, sam);
        Assert.AreEqual(("rita@example.com", null, 10 * Gb, 4000L), (offer!.Name, offer.SupportEmail, offer.Prices.Single().Bytes,
            offer.Prices.Single().Price));
        Assert.IsNull(await OfferAsync(plane, rita));
        Assert.AreEqual("reseller.has_prices@Currency",
            (await plane.SetResellerAsync(Scope.Staff, rita.Customer.Id, floor: 250, currency: "EUR")).Codes());
        Assert.IsTrue((await plane.SetResellerAsync(Scope.Staff, rita.Customer.Id, floor: 401)).Value);
        Assert.IsEmpty((await OfferAsync(plane, sam))!.Prices, "a price below a floor that rose is not shown");
        var price = (await plane.AskAsync((ResaleQueries q) => q.PricesAsync(rita.Customer.Id, default))).Single();
        Assert.IsTrue(price.IsUnderFloor);

        Assert.AreEqual("resale.price_not_found", (await RemovePriceAsync(plane, sam, price.Id)).Codes());
        Assert.IsTrue((await RemovePriceAsync(plane, rita, price.Id)).IsSuccess);
        for (int line = 1; line <= SetResalePrice.MaxLines; line++)
            Assert.IsTrue((await PriceAsync(plane, rita, line, 100_000)).IsSuccess);
        Assert.AreEqual("resale.prices_full", (await PriceAsync(plane, rita, 99, 100_000)).Codes());
    }

    [TestMethod]
    public async Task Floor_OfASubReseller_IsAtLeastItsSellers()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(floor: 250);
        var (sub, scope) = (await plane.SoldAsync(rita, 0, "sub"), Scope.Of(rita.Customer.Id));
        Assert.AreEqual("reseller.floor_low@FloorPrice",
            (await plane.SetResellerAsync(scope, sub.Customer.Id, floor: 249)).Codes());
        Assert.AreEqual("reseller.floor_invalid@FloorPrice",
            (await plane.SetResellerAsync(scope, sub.Customer.Id, floor: 0)).Codes());
        Assert.AreEqual("customer.not_found", (await plane.SetResellerAsync(scope, rita.Customer.Id)).Codes());
        Assert.AreEqual("customer.not_found", (await plane.SetResellerAsync(Scope.Of(sub.Customer.Id), sub.Customer.Id)).Codes());
        var none = await plane.CustomerAsync();
        Assert.AreEqual("reseller.currency_unknown@Currency",
            (await plane.SetResellerAsync(Scope.Staff, none.Id, currency: null)).Codes());

        Assert.IsTrue((await plane.SetResellerAsync(scope, sub.Customer.Id, currency: null)).Value);
        var figures = await plane.FiguresAsync(sub);
        Assert.AreEqual((250L, "USD", false), (figures.FloorPrice, figures.Currency, figures.MayHaveResellers));
        await plane.SetResellerAsync(Scope.Staff, rita.Customer.Id, floor: 300);
        Assert.AreEqual("resale.price_under_floor@Price", (await PriceAsync(plane, sub, 1, 299)).Codes(),
            "its seller's counts too");
    }

    [TestMethod]
    public async Task Brand_IsUniqueByHostName_AndReadable()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("proxy.example.com", null, false), default));
        var rita = await plane.ResellerAsync();
        var other = await plane.CustomerAsync("other@example.com");
        await plane.SetResellerAsync(Scope.Staff, other.Id);
        await plane.AskAsync((SetResellerBrand set) =>
            set.ExecuteAsync(new(other.Id, "", "", null, "", "taken.example.com"), default));

        foreach (string host in (string[])["proxy.example.com", "taken.example.com", "TAKEN.example.com."])
            Assert.AreEqual("reseller.host_taken@HostName", (await BrandAsync(plane, rita, host)).Codes());
        foreach (string host in (string[])["rita", "10.0.0.1", "a b.example.com", "rita.example.com:8080"])
            Assert.AreEqual("reseller.host_invalid@HostName", (await BrandAsync(plane, rita, host)).Codes());
        Assert.AreEqual("reseller.brand_invalid@BrandName site.accent_pale@Accent site.support_email_invalid@SupportEmail "
            + "site.logo_invalid@Logo", (await plane.AskAsync((SetResellerBrand set) => set.ExecuteAsync(
                new(rita.Customer.Id, new string('x', 41), "#ffff00", [1, 2], "nobody", ""), default))).Codes());

        string before = await plane.AskAsync((ResaleQueries q) => q.BrandsVersionAsync(default));
        plane.Time.Jump(TimeSpan.FromSeconds(1));
        Assert.AreEqual("", (await plane.AskAsync((SetResellerBrand set) => set.ExecuteAsync(new(rita.Customer.Id, " Rita's ",
            "#060", null, "help@rita.example.com", "Rita.Example.COM."), default))).Codes());
        Assert.AreNotEqual(before, await plane.AskAsync((ResaleQueries q) => q.BrandsVersionAsync(default)));
        var brand = (await plane.AskAsync((ResaleQueries q) => q.BrandAsync(rita.Customer.Id, default)))!;
        Assert.AreEqual(("Rita's", "help@rita.example.com", "rita.example.com"),
            (brand.Name, brand.SupportEmail, brand.HostName));
        Assert.AreEqual("site.host_taken@HostName", (await plane.AskAsync((SetHost set) =>
            set.ExecuteAsync(new("rita.example.com", null, false), default))).Codes());
    }

    [TestMethod]
    public async Task Links_InMail_LeadToAResellersHostNameOnceHttpsIsServedThere()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("proxy.example.com", null, false), default));
        var rita = await plane.ResellerAsync();
        var sam = await plane.SoldAsync(rita);
        Task<string> PortalAsync() => plane.AskAsync(async (MailSender sender) =>
            (await sender.FindAsync(default, sam.Customer.Id)).Portal);

        await BrandAsync(plane, rita, "rita.example.com");
        Assert.AreEqual("https://proxy.example.com", await PortalAsync());
        foreach (string[] served in (string[][])[["other.example.com", "rita.example.com"], ["rita.example.com"]])
        {
            await plane.AskAsync((NoteServedNames note) => note.ExecuteAsync(served, default));
            Assert.AreEqual("https://rita.example.com", await PortalAsync());
        }
        await BrandAsync(plane, rita, "new.example.com");
        Assert.AreEqual("https://proxy.example.com", await PortalAsync(), "it is another name");
        await BrandAsync(plane, rita, "rita.example.com");
        await plane.AskAsync((NoteServedNames note) => note.ExecuteAsync([], default));
        Assert.AreEqual("https://proxy.example.com", await PortalAsync());
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from served_host_names"));
    }

    [TestMethod]
    public async Task HostNames_AreOfThoseWhoMayResellAndAreNotSuspended()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        var sub = await plane.SoldAsync(rita, name: "sub");
        await plane.SetResellerAsync(Scope.Of(rita.Customer.Id), sub.Customer.Id);
        await BrandAsync(plane, rita, "rita.example.com");
        await BrandAsync(plane, sub, "a-sub.example.com");
        Task<List<string>> NamesAsync() => plane.AskAsync((ResaleQueries q) => q.HostNamesAsync(default));
        CollectionAssert.AreEqual(new[] { "a-sub.example.com", "rita.example.com" }, await NamesAsync());

        await plane.AskAsync((HoldSoldCustomer hold) =>
            hold.ExecuteAsync(new(Scope.Of(rita.Customer.Id), sub.Customer.Id, true), default));
        CollectionAssert.AreEqual(new[] { "rita.example.com" }, await NamesAsync());
        await plane.AskAsync((SetCustomerState set) =>
            set.ExecuteAsync(new(rita.Customer.Id, CustomerState.Suspended), default));
        Assert.IsEmpty(await NamesAsync());
        await plane.AskAsync((SetCustomerState set) =>
            set.ExecuteAsync(new(rita.Customer.Id, CustomerState.Active), default));
        CollectionAssert.AreEqual(new[] { "rita.example.com" }, await NamesAsync());
        await plane.SetResellerAsync(Scope.Staff, rita.Customer.Id, may: false);
        Assert.IsEmpty(await NamesAsync());
    }

    [TestMethod]
    public async Task Invitation_ByAReseller_SpeaksInItsNameAndReservesAtOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var server = new ScriptedSmtp();
        var rita = await plane.ResellerAsync();
        Assert.AreEqual("account.no_mail", (await InviteAsync(plane, new(rita.Customer.Id, "sam@example.com", "Sam"))).Codes());
        await plane.MailThroughAsync(server.Port);
        await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("proxy.example.com", null, false), default));
        await plane.AskAsync((SetResellerBrand set) => set.ExecuteAsync(new(rita.Customer.Id, "Rita's Proxies", "", null,
            "help@rita.example.com", "rita.example.com"), default));
        await plane.AskAsync((NoteServedNames note) => note.ExecuteAsync(["rita.example.com"], default));

        Assert.AreEqual("resale.not_enough@Bytes",
            (await InviteAsync(plane, new(rita.Customer.Id, "sam@example.com", "Sam", 99 * Gb))).Codes());
        Assert.AreEqual("reseller.floor_invalid@FloorPrice", (await InviteAsync(plane,
            new(rita.Customer.Id, "sam@example.com", "Sam", MayResell: true, FloorPrice: 0))).Codes());
        var invited = await InviteAsync(plane, new(rita.Customer.Id, "sam@example.com", "Sam", Gb, MayResell: true,
            FloorPrice: 300));
        Assert.AreEqual("customer.email_taken@Email",
            (await InviteAsync(plane, new(rita.Customer.Id, "sam@example.com", "Sam"))).Codes());
        Assert.AreEqual("customer.not_found", (await plane.AskAsync((InviteSoldCustomer invite) =>
            invite.AgainAsync(Scope.Of(invited.Value), invited.Value, default))).Codes());
        var row = (await plane.AskAsync((ResaleQueries q) =>
            q.ListAsync(rita.Customer.Id, new PageRequest(search: "sam"), default))).Items.Single();
        Assert.AreEqual((invited.Value, "Sam", Gb, Gb, true, false), (row.Id, row.Name, row.Granted, row.Left, row.MayResell,
            row.HasLogin));

        Assert.AreEqual("sam@example.com", (await plane.AskAsync((InviteSoldCustomer invite) =>
            invite.AgainAsync(Scope.Of(rita.Customer.Id), invited.Value, default))).Value);
        await plane.SendAsync();
        foreach (var mail in server.Received)
        {
            Assert.AreEqual(("Rita's Proxies", "shop@example.com", "help@rita.example.com"), (mail.From.Mailboxes.Single().Name,
                mail.From.Mailboxes.Single().Address, mail.ReplyTo.Mailboxes.Single().Address));
            StringAssert.Contains(mail.TextBody, "https://rita.example.com/invitation?token=");
            Assert.DoesNotContain("proxy.example.com", $"{mail.Subject}{mail.TextBody}{mail.HtmlBody}");
        }
        Assert.HasCount(2, server.Received);
    }

    [TestMethod]
    public async Task Account_WithCustomers_IsNotClosed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        await plane.SoldAsync(rita);

        Assert.AreEqual("reseller.has_customers", string.Join(", ", (await plane.AskAsync((CloseAccount close) =>
            close.ObstaclesAsync(rita.Customer.Id, default))).Select(error => error.Code)));
        Assert.AreEqual("rita@example.com",
            (await plane.AskAsync((ResaleQueries q) => q.ResellersAsync(default))).Single().Value);
        Assert.IsNull(await plane.AskAsync((ResaleQueries q) => q.FindAsync(-1, default)));
        Assert.HasCount(1, await plane.AskAsync((ResaleQueries q) => q.BrandsAsync(default)));
    }

    private static async Task<CustomerSummary> FindAsync(ControlPlaneTest plane, Metered of) =>
        (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, of.Customer.Id, default))).Value;

    private static Task<SellerOffer?> OfferAsync(ControlPlaneTest plane, Metered of) =>
        plane.AskAsync((ResaleQueries q) => q.OfferAsync(of.Customer.Id, default));

    private static Task<Result<long>> InviteAsync(ControlPlaneTest plane, InviteSoldCustomer.Request request) =>
        plane.AskAsync((InviteSoldCustomer invite) => invite.ExecuteAsync(request, default));

    private static Task<Result> BrandAsync(ControlPlaneTest plane, Metered of, string host) => plane.AskAsync(
        (SetResellerBrand set) => set.ExecuteAsync(new(of.Customer.Id, "", "", null, "", host), default));

    private static Task<Result<ResaleOffer>> PriceAsync(ControlPlaneTest plane, Metered of, long gb, long price) =>
        plane.AskAsync((SetResalePrice set) => set.ExecuteAsync(new(of.Customer.Id, gb * Gb, price), default));

    private static Task<Result> RemovePriceAsync(ControlPlaneTest plane, Metered of, long id) =>
        plane.AskAsync((RemoveResalePrice remove) => remove.ExecuteAsync(new(of.Customer.Id, id), default));

    private static Task<Result<bool>> StateAsync(ControlPlaneTest plane, Metered of, CustomerState state) =>
        plane.AskAsync((SetCustomerState set) => set.ExecuteAsync(new(of.Customer.Id, state), default));

    private static Task<Result<bool>> HoldAsync(ControlPlaneTest plane, Metered seller, Metered customer, bool held) =>
        plane.AskAsync((HoldSoldCustomer hold) =>
            hold.ExecuteAsync(new(Scope.Of(seller.Customer.Id), customer.Customer.Id, held), default));
}
