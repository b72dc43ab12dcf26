using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class SignInLogTests
{
    [TestMethod]
    public async Task SignIns_AreTheCustomersOwn_TheLatestFirst_AndFailuresAreBounded()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, bob) = (await plane.CustomerAsync(), await plane.CustomerAsync("bob@example.com"));
        long person = (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(ann.Id, "correct horse battery", "ann@example.com"), default))).Value;
        var origin = new SessionOrigin(IPAddress.Parse("203.0.113.9"), "curl/8.5");
        for (int i = 0; i < 25; i++)
            await plane.AskAsync(async (SignInLog log) =>
            {
                await log.AddAsync(person, origin, SignInEnding.WrongPassword, default);
                return 0;
            });
        await plane.AskAsync(async (SignInLog log) =>
        {
            await log.AddAsync(person, origin, SignInEnding.SignedIn, default);
            return 0;
        });

        var own = await plane.AskAsync((SignInLog log) => log.ListAsync(Scope.Of(ann.Id), ann.Id, null, 50, default));

        Assert.HasCount(21, own);
        Assert.AreEqual((SignInEnding.SignedIn, "ann@example.com", "203.0.113.9"),
            (own[0].Result, own[0].Email, own[0].Address!.ToString()));
        Assert.IsEmpty(await plane.AskAsync((SignInLog log) => log.ListAsync(Scope.Of(bob.Id), ann.Id, null, 50, default)));
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(plane.Database.Source));
        CollectionAssert.AreEquivalent(own.Select(one => one.Id).ToList(),
            (await db.SignIns.ToListAsync()).Select(row => row.Id).ToList());
    }
}
