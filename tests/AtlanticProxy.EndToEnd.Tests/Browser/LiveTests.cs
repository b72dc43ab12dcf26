using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Figures that move by themselves.</summary>
[TestClass]
public sealed class LiveTests
{
    private const string Speed = "[data-live='speed']", State = "[data-live-state]", Nothing = "0 bit/s";

    [TestMethod]
    public async Task Overview_WhileSomethingIsDownloaded_ShowsHowFast_AndThatItIsOver()
    {
        var appliance = SharedAppliance.Demo;
        var customer = appliance.Ready.Customer!;
        var user = await appliance.AddProxyUserAsync(customer.Email, "livepage", "--speed-mbps", "4");
        await using var browser = new BrowserSession(new Uri(appliance.Ready.Portal));
        new SignInPage(browser).SignInAs(customer.Email, customer.Password);
        browser.Open("/overview");
        await Poll.UntilAsync(() => browser.Find(State).Text == "Live");

        using (var client = new HttpClient(new HttpClientHandler
        {
            Proxy = new WebProxy($"http://{appliance.Proxy}") { Credentials = new NetworkCredential(user.Username, user.Password) },
        }))
        {
            using var over = new CancellationTokenSource();
            var downloading = ReadAsync(client, $"http://127.0.0.1:{SharedAppliance.Origin.Port}/bytes/1000000000", over.Token);
            await Poll.UntilAsync(() => browser.Find(Speed).Text.EndsWith("Mbit/s", StringComparison.Ordinal));
            await over.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => downloading);
        }

        await Poll.UntilAsync(() => browser.Find(Speed).Text == Nothing);
        Assert.IsEmpty(browser.Complaints());
    }

    [TestMethod]
    public async Task Dashboard_WhenTheConnectionIsLost_SaysSo()
    {
        var portal = await RunningPortal.StartAsync();
        await portal.AddStaffAsync("owner@test.example", Roles.Owner);
        await using var browser = new BrowserSession(portal.Address);
        new SignInPage(browser).SignInAs("owner@test.example");
        await Poll.UntilAsync(() => browser.Find(State).Text == "Live");

        await portal.DisposeAsync();

        await Poll.UntilAsync(() => browser.Find(State).Text.StartsWith("Reconnecting. Figures of ", StringComparison.Ordinal));
    }

    private static async Task ReadAsync(HttpClient client, string address, CancellationToken cancellation)
    {
        using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[1 << 16];
        while (await body.ReadAsync(buffer, cancellation) > 0)
        {
            // As fast as the proxy user's limit lets it.
        }
    }
}
