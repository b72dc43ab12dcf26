using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Engine.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Usage.Targets;

[TestClass]
public sealed class TargetQueriesTests
{
    [TestMethod]
    public async Task Top_IsLargestFirst_AndWithinTheScope()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        long alice = (await plane.ProxyUserAsync(ann.Id)).ProxyUserId,
            anna = (await plane.ProxyUserAsync(ann.Id, "anna")).ProxyUserId;
        long bob = (await plane.ProxyUserAsync(ben.Id, "bob")).ProxyUserId;
        var book = plane.Services.GetRequiredService<TargetBook>();
        Assert.AreSame(book, plane.Services.GetRequiredService<ITargetSink>());
        var today = plane.Time.Now;
        foreach (int daysAgo in new[] { 0, 1, 29, 30 })
        {
            plane.Time.AdjustTime(today.AddDays(-daysAgo));
            book.Accept([new(alice, "shop.example", 10, 1), new(anna, "shop.example", 5, 1), new(anna, "api.example", 3, 2),
                new(bob, "news.example", 100, 1)]);
        }
        plane.Time.AdjustTime(today);
        await plane.Services.GetRequiredService<TargetFlusher>().FlushAsync(default);

        Assert.AreEqual("news.example 300/3 | shop.example 45/6 | api.example 9/6", await TopAsync(new(Scope.Staff)));
        Assert.AreEqual("shop.example 45/6 | api.example 9/6", await TopAsync(new(Scope.Of(ann.Id))));
        Assert.AreEqual("shop.example 45/6 | api.example 9/6", await TopAsync(new(Scope.Staff, CustomerId: ann.Id)));
        Assert.AreEqual("shop.example 30/3", await TopAsync(new(Scope.Of(ann.Id), ProxyUserId: alice)));
        Assert.AreEqual("", await TopAsync(new(Scope.Of(ann.Id), ProxyUserId: bob)), "somebody else's");
        Assert.AreEqual("", await TopAsync(new(default)), "the default scope sees nothing");
        Assert.AreEqual("news.example 300/3", await TopAsync(new(Scope.Staff), top: 1));
        var since = await plane.AskAsync((TargetQueries q) => q.TopAsync(new(Scope.Of(ben.Id)), today.AddDays(-1), 10, default));
        Assert.AreEqual(new TargetShare("news.example", 200, 0, 2), since.Single());

        async Task<string> TopAsync(UsageFilter filter, int top = 10) =>
            string.Join(" | ",
                (await plane.AskAsync((TargetQueries q) => q.TopOf30DaysAsync(filter, top, default)))
                    .Select(t => $"{t.Host} {t.Bytes}/{t.Connections}"));
    }
}
