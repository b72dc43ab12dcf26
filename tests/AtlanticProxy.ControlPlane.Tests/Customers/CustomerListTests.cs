using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Customers;

[TestClass]
public sealed class CustomerListTests
{
    [TestMethod]
    public async Task Row_OfASubscriber_HasUseBalanceAndRenewal()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var subscription = await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5000);
        await plane.ProxyUserAsync(ann.Id);
        await plane.Database.ExecuteAsync("update grants set used = amount / 5");

        var row = (await ListAsync(plane)).Items.Single();

        Assert.AreEqual((ann.Id, 1, Standing.Served, "active", subscription.PeriodEnd, (DateTimeOffset?)null),
            (row.Id, row.ProxyUsers, row.Standing, row.Subscription, row.RenewsAt, row.EndsAt));
        Assert.AreEqual((10_000_000_000, 50_000_000_000, 2100, "USD", false),
            (row.Used, row.Limit, row.Balance, row.Currency, row.InMinutes));
        await plane.Database.ExecuteAsync("update subscriptions set cancel_at_end = true");
        row = (await ListAsync(plane)).Items.Single();
        Assert.AreEqual((null, subscription.PeriodEnd), (row.RenewsAt, row.EndsAt));
    }

    [TestMethod]
    public async Task Row_OfSomebodyWhoBoughtNothing_SaysSo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.CustomerAsync();

        var row = (await ListAsync(plane)).Items.Single();

        Assert.AreEqual((null, null, null, null, null, null, null),
            (row.PlanName, row.Used, row.Limit, row.Balance, row.Subscription, row.RenewsAt, row.SeenAt));
        Assert.IsEmpty(row.Tags);
    }

    [TestMethod]
    public async Task States_FindThoseAndNoOthers()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5000);
        var bob = await plane.CustomerAsync("bob@example.com");
        await plane.AskAsync((SetCustomerState set) => set.ExecuteAsync(new(bob.Id, CustomerState.Suspended), default));

        async Task<string> FoundAsync(CustomerListState state) => string.Join(' ',
            (await ListAsync(plane, new(state))).Items.Select(row => row.Email[..3]));
        async Task IsAsync(string state, CustomerListState expected)
        {
            await plane.Database.ExecuteAsync($"""
                update subscriptions set state = '{state}', past_due_since = case '{state}' when 'past_due' then now() end,
                    next_try_at = case '{state}' when 'past_due' then now() end,
                    paused_at = case '{state}' when 'paused' then now() end
                """);
            Assert.AreEqual("ann", await FoundAsync(expected));
        }

        Assert.AreEqual("bob", await FoundAsync(CustomerListState.Suspended));
        Assert.AreEqual("bob", await FoundAsync(CustomerListState.NoPlan));
        foreach (var none in (CustomerListState[])[CustomerListState.Trial, CustomerListState.PastDue, CustomerListState.Paused,
            CustomerListState.PlanEnded, CustomerListState.UsedUp])
            Assert.AreEqual("", await FoundAsync(none), none.ToString());
        await IsAsync("trialing", CustomerListState.Trial);
        await IsAsync("past_due", CustomerListState.PastDue);
        await IsAsync("paused", CustomerListState.Paused);
        await plane.Database.ExecuteAsync(
            "update subscriptions set state = 'active', paused_at = null; update grants set used = amount");
        Assert.AreEqual("ann", await FoundAsync(CustomerListState.UsedUp));
        await plane.Database.ExecuteAsync("update customers set plan_ends_at = now() where plan_id is not null");
        Assert.AreEqual("ann", await FoundAsync(CustomerListState.PlanEnded));
        Assert.AreEqual("", await FoundAsync(CustomerListState.UsedUp), "ended comes first");
    }

    [TestMethod]
    public async Task Sorts_GoBothWays_WhatIsUnknownLast()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (string name in (string[])["carl", "ann", "bob"])
        {
            var customer = await plane.AskAsync((CreateCustomer create) =>
                create.ExecuteAsync(new($"{name}@example.com", name.ToUpperInvariant()), default));
            plane.Time.Advance(TimeSpan.FromDays(1));
            if (name != "bob")
                await plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(
                    new(customer.Value.Id, name == "ann" ? 500 : 700, "USD", name, "Start"), default));
        }

        async Task<string> SortedAsync(CustomerSort sort, bool descending = false) => string.Join(' ',
            (await ListAsync(plane, new(Sort: sort, Descending: descending))).Items.Select(row => row.Email.Split('@')[0]));

        Assert.AreEqual("ann bob carl", await SortedAsync(CustomerSort.Email));
        Assert.AreEqual("carl bob ann", await SortedAsync(CustomerSort.Name, descending: true));
        Assert.AreEqual("carl ann bob", await SortedAsync(CustomerSort.Since));
        Assert.AreEqual("ann carl bob", await SortedAsync(CustomerSort.Balance));
        Assert.AreEqual("carl ann bob", await SortedAsync(CustomerSort.Balance, descending: true));
        foreach (var sort in Enum.GetValues<CustomerSort>())
            Assert.HasCount(12, await SortedAsync(sort), sort.ToString());
    }

    [TestMethod]
    public async Task Search_TagsAndPlan_Narrow_AndPagesAreParts()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        for (int i = 0; i < 5; i++)
            await plane.CustomerAsync($"c{i}@example.com");
        long id = (await ListAsync(plane)).Items[3].Id;
        Assert.AreEqual("big, late payer", string.Join(", ",
            (await plane.AskAsync((NoteCustomer note) => note.TagAsync(id, " Big, late payer,big,, ", default))).Value));

        Assert.AreEqual("c3@example.com", (await ListAsync(plane, new(Tag: "big"))).Items.Single().Email);
        Assert.AreEqual("big late payer", string.Join(' ', await plane.AskAsync((CustomerList list) => list.TagsAsync(default))));
        Assert.AreEqual(0, (await ListAsync(plane, new(PlanId: 1))).Total);
        var second = await ListAsync(plane, page: new PageRequest(2, 2));
        Assert.AreEqual((5, "c2@example.com c3@example.com"),
            (second.Total, string.Join(' ', second.Items.Select(c => c.Email))));
        Assert.AreEqual(1, (await ListAsync(plane, page: new PageRequest(search: "C4@"))).Total);
        Assert.AreEqual(0, (await ListAsync(plane, page: new PageRequest(search: "' or 1=1 --"))).Total);
    }

    [TestMethod]
    public async Task Notes_AreTheNewestFirst_AndCanBeRemoved()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        Task<Result> AddAsync(string words) => plane.AskAsync((NoteCustomer note) =>
            note.AddAsync(new(customer.Id, "olga@example.com", words), default));
        Assert.IsTrue((await AddAsync(" Pays late. ")).IsSuccess);
        Assert.IsTrue((await AddAsync("Called.")).IsSuccess);
        Assert.AreEqual("customer.note_empty@Words", (await AddAsync("  ")).Codes());
        Assert.AreEqual("customer.note_too_long@Words", (await AddAsync(new string('x', NoteCustomer.MaxWords + 1))).Codes());
        Assert.AreEqual("customer.not_found", (await plane.AskAsync((NoteCustomer note) =>
            note.AddAsync(new(0, "olga@example.com", "x"), default))).Codes());

        var notes = await plane.AskAsync((NoteCustomer note) => note.NotesAsync(customer.Id, default));
        Assert.AreEqual("Called. Pays late.", string.Join(' ', notes.Select(note => note.Words)));
        Assert.IsTrue((await plane.AskAsync((NoteCustomer note) =>
            note.RemoveAsync(customer.Id, notes[0].Id, default))).IsSuccess);
        Assert.AreEqual("customer.note_not_found", (await plane.AskAsync((NoteCustomer note) =>
            note.RemoveAsync(customer.Id + 1, notes[1].Id, default))).Codes());
    }

    [TestMethod]
    [DataRow("1,2,3,4,5,6,7,8,9,10,11", "customer.too_many_tags@Tags")]
    [DataRow("a tag that is longer than thirty letters", "customer.tag_invalid@Tags")]
    [DataRow("a\u0007b", "customer.tag_invalid@Tags")]
    public async Task Tags_ThatCannotBe_AreRefused(string typed, string code)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        Assert.AreEqual(code, (await plane.AskAsync((NoteCustomer note) => note.TagAsync(customer.Id, typed, default))).Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((NoteCustomer note) => note.TagAsync(0, "x", default))).Codes());
        Assert.IsEmpty(await plane.AskAsync((NoteCustomer note) => note.TagsAsync(customer.Id, default)));
    }

    private static Task<Page<CustomerRow>> ListAsync(
        ControlPlaneTest plane, CustomerFilter? filter = null, PageRequest? page = null) =>
        plane.AskAsync((CustomerList list) => list.ListAsync(filter ?? new(), page ?? new(), default));
}
