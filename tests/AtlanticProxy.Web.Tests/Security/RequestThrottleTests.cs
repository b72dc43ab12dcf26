using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class RequestThrottleTests
{
    private const int Burst = 20;

    /// <summary>Many more than the burst, and what is given back while they are sent.</summary>
    private const int Many = 500;

    [TestMethod]
    public async Task ManyRequests_OfOneAccount_AreRefusedInWords_AndOthersAreServed()
    {
        var portal = await SeededPortal.StartAsync(
            options => (options.RequestsPerSecond, options.RequestBurst) = (1, Burst));
        await using var running = portal.Portal;
        using var busy = await portal.SignedInAsync(SeededPortal.Owner);
        using var other = await portal.SignedInAsync(SeededPortal.Support);

        var refused = await UntilRefusedAsync(busy, "/security");

        Assert.Contains("Too many requests", refused.Text);
        Assert.IsNotNull(refused.Response.Headers.RetryAfter);
        Assert.AreEqual(HttpStatusCode.OK, (await other.GetAsync("/security")).Status);
        using var stranger = portal.Anyone();
        await UntilRefusedAsync(stranger, "/sign-in");
        Assert.AreEqual(HttpStatusCode.OK, (await other.GetAsync("/security")).Status);
        Assert.AreEqual(HttpStatusCode.OK, (await stranger.GetAsync("/brand.css")).Status, "not counted");
    }

    private static async Task<Answer> UntilRefusedAsync(Visitor visitor, string path)
    {
        for (int i = 0; i < Many; i++)
            if (await visitor.GetAsync(path) is { Status: HttpStatusCode.TooManyRequests } refused)
                return refused;
        throw new AssertFailedException($"{Many} requests were answered.");
    }
}
