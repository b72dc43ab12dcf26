using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>A reseller's pages, and what its customers see.</summary>
[TestClass]
public sealed class ResellPagesTests
{
    private const string Brand = "/resell/brand";

    [TestMethod]
    public async Task Reseller_InvitesGrantsAndTakesBack_AndSeesItAddUp()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        var rita = await portal.ResellerAsync();
        using var her = await portal.SignedInAsync(rita.Email);
        Assert.Contains("Invite your first customer", (await her.GetAsync("/resell")).Text);

        var refused = await her.PostAsync("/resell/customers/new",
            new() { ["Email"] = "sam@test.example", ["Amount"] = "99", ["MayResell"] = "true", ["Floor"] = "2.50" });
        Assert.AreEqual(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("There is not so much left in your stock.", refused.Text);
        Assert.Contains("value=\"2.50\"", refused.Body);
        var customer = await her.PostAsync("/resell/customers/new", new()
        {
            ["Email"] = "sam@test.example", ["Name"] = "Sam & Co", ["Amount"] = "3", ["MayResell"] = "true", ["Floor"] = "2.50",
        });
        string path = customer.Location;
        Assert.Contains("Invitation sent to sam@test.example. Valid for 7 days.", (await her.FollowAsync(customer)).Text);
        Assert.AreEqual(1, await portal.CountMailsAsync("sam@test.example", "invitation"));
        Assert.AreEqual(HttpStatusCode.Redirect, (await her.PostAsync($"{path}/invite")).Status);

        var list = (await her.GetAsync("/resell?search=sam")).Body;
        Assert.Contains("Sam &amp; Co", list);
        Assert.Contains("title=\"7,000,000,000 bytes\"", list, "stock");
        Assert.Contains("Nothing found", (await her.GetAsync("/resell?search=nobody")).Text);

        var form = await her.GetAsync(path);
        Assert.Contains("Send the invitation again", form.Text);
        var more = await her.PostAsync($"{path}/traffic", new() { ["Amount"] = "1", ["version"] = VersionOf(form.Body) });
        Assert.Contains("1 GB is reserved for this customer.", (await her.FollowAsync(more)).Text);
        var twice = await her.PostAsync($"{path}/traffic", new() { ["Amount"] = "1", ["version"] = VersionOf(form.Body) });
        Assert.AreEqual(HttpStatusCode.Conflict, twice.Status, "a form that is sent twice grants once");
        var typo = await her.PostAsync($"{path}/traffic",
            new() { ["Amount"] = "lots", ["version"] = VersionOf((await her.GetAsync(path)).Body) });
        Assert.AreEqual(HttpStatusCode.BadRequest, typo.Status);
        Assert.Contains("Up to 4 GB comes back", (await her.GetAsync($"{path}/take-back")).Text);
        Assert.Contains("4 GB is in your stock again.",
            (await her.FollowAsync(await her.PostAsync($"{path}/take-back"))).Text);
        Assert.Contains("There was nothing to take back.",
            (await her.FollowAsync(await her.PostAsync($"{path}/take-back"))).Text);

        Assert.Contains("samproxy is added.", (await her.FollowAsync(
            await her.PostAsync($"{path}/proxy-users", new() { ["ProxyUser"] = "samproxy" }))).Text);
        Assert.Contains("id=\"ProxyUser-error\"",
            (await her.PostAsync($"{path}/proxy-users", new() { ["ProxyUser"] = "S" })).Body);
        Assert.Contains("Suspend Sam & Co?", (await her.GetAsync($"{path}/suspend")).Text);
        Assert.Contains("Suspended.", (await her.FollowAsync(await her.PostAsync($"{path}/suspend"))).Text);
        Assert.Contains("Active again.", (await her.FollowAsync(await her.PostAsync($"{path}/activate"))).Text);

        Assert.Contains("value=\"2.50\"", (await her.GetAsync($"{path}/reseller")).Body);
        Assert.Contains("id=\"Floor-error\"", (await her.PostAsync($"{path}/reseller",
            new() { ["MayResell"] = "true", ["Floor"] = "1.00" })).Body, "her own floor is 2.00");
        Assert.AreEqual(HttpStatusCode.BadRequest, (await her.PostAsync($"{path}/reseller",
            new() { ["MayResell"] = "true", ["Floor"] = "1.001" })).Status);
        Assert.Contains("No changes.", (await her.FollowAsync(
            await her.PostAsync($"{path}/reseller", new() { ["MayResell"] = "true", ["Floor"] = "2.50" }))).Text);
        Assert.Contains("gets no more customers", (await her.FollowAsync(await her.PostAsync($"{path}/reseller"))).Text);
        Assert.Contains("deleted for good", (await her.GetAsync($"{path}/remove")).Text);
        Assert.Contains("The customer is removed.", (await her.FollowAsync(await her.PostAsync($"{path}/remove"))).Text);
    }

    [TestMethod]
    public async Task Reseller_SeesOnlyItsOwnCustomers()
    {
        var portal = await SeededPortal.SharedAsync();
        var (rita, other) = (await portal.ResellerAsync(), await portal.ResellerAsync("Other"));
        var theirs = await portal.SoldAsync(other);
        using var her = await portal.SignedInAsync(rita.Email);

        foreach (long id in (long[])[theirs.Id, other.Id, rita.Id])
        {
            foreach (string page in (string[])["", "/take-back", "/suspend", "/remove", "/reseller"])
                Assert.AreEqual(HttpStatusCode.NotFound, (await her.GetAsync($"/resell/customers/{id}{page}")).Status, page);
            foreach (string form in (string[])["traffic", "take-back", "suspend", "activate", "remove", "invite", "proxy-users",
                "reseller"])
                Assert.AreEqual(HttpStatusCode.NotFound, (await her.PostAsync($"/resell/customers/{id}/{form}",
                    new() { ["Amount"] = "1", ["ProxyUser"] = "stolen" })).Status, form);
        }
        Assert.DoesNotContain(theirs.Email, (await her.GetAsync("/resell")).Text);
    }

    [TestMethod]
    public async Task Prices_AreReadByCustomers_AndNeverUnderTheFloor()
    {
        var portal = await SeededPortal.SharedAsync();
        var rita = await portal.ResellerAsync();
        var sam = await portal.SoldAsync(rita);
        using var her = await portal.SignedInAsync(rita.Email);
        using var his = await portal.SignedInAsync(sam.Email);
        Assert.Contains("For prices and more traffic, ask Rita.", (await his.GetAsync("/offer")).Text);

        var low = await her.PostAsync("/resell/prices", new() { ["Amount"] = "10", ["Price"] = "19.99" });
        Assert.AreEqual(HttpStatusCode.BadRequest, low.Status);
        Assert.Contains("Your floor is 2.00 USD a GB: give at least 20.00 USD for that.", low.Text);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await her.PostAsync("/resell/prices")).Status);
        var saved = await her.FollowAsync(
            await her.PostAsync("/resell/prices", new() { ["Amount"] = "10", ["Price"] = "40.00" }));
        Assert.Contains("10 GB is offered for 40.00 USD.", saved.Text);
        Assert.Contains("4.00 USD", saved.Text, "a GB");

        var offer = (await his.GetAsync("/offer")).Text;
        Assert.Contains("40.00 USD", offer);
        Assert.Contains("To buy, ask Rita.", offer);
        Assert.Contains("No traffic yet", offer);
        string remove = System.Text.RegularExpressions.Regex.Match(saved.Body, "/resell/prices/[0-9]+/remove").Value;
        Assert.Contains("The price is removed.", (await her.FollowAsync(await her.PostAsync(remove))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await her.PostAsync(remove)).Status);
    }

    [TestMethod]
    public async Task Customer_OfAReseller_SeesItsBrandEverywhere_AndNothingOfTheOperators()
    {
        var portal = await SeededPortal.StartAsync(options => options.BrandName = "Tradewind");
        await using var running = portal.Portal;
        var rita = await portal.ResellerAsync();
        var sam = await portal.SoldAsync(rita);
        using var her = await portal.SignedInAsync(rita.Email);
        Assert.Contains("id=\"HostName-error\"", (await her.PostAsync(Brand, new() { ["HostName"] = "10.0.0.1" })).Body);
        var saved = await her.FollowAsync(await her.PostAsync(Brand, new()
        {
            ["BrandName"] = "Rita's Proxies", ["Accent"] = "#0a5c2b", ["SupportEmail"] = "help@rita.example",
            ["HostName"] = "rita.example.com",
        }));
        Assert.Contains("Saved.", saved.Text);
        Assert.Contains("rita.example.com. ", saved.Text, "the line for DNS");
        Assert.Contains("This portal does not get certificates automatically. Ask support", saved.Text);
        Assert.Contains("<span>Tradewind</span>", saved.Body, "she goes on seeing the portal as it is");
        Assert.AreEqual(HttpStatusCode.NotFound, (await her.GetAsync("/resell/brand/logo")).Status);

        using var stranger = portal.Anyone();
        Assert.Contains("<span>Tradewind</span>", (await stranger.GetAsync("/sign-in")).Body);
        string atHers = await AtAsync(stranger, "Rita.example.com:8443", "/sign-in");
        Assert.Contains("Rita's Proxies", atHers);
        Assert.DoesNotContain("Tradewind", atHers);
        Assert.Contains("<span>Tradewind</span>", await AtAsync(stranger, "nobody.example.com", "/sign-in"));
        string style = System.Text.RegularExpressions.Regex.Match(atHers, "/brand\\.css\\?v=[0-9a-f]+").Value;
        var sheet = await stranger.GetAsync(style);
        Assert.Contains("--btn-bg: #0a5c2b;", sheet.Body);
        Assert.Contains("immutable", sheet.Response.Headers.CacheControl!.ToString());
        Assert.Contains("no-store", (await stranger.GetAsync("/brand.css?v=other")).Response.Headers.CacheControl!.ToString());
        Assert.Contains("by invitation only", await AtAsync(stranger, "rita.example.com", "/sign-up"));
        await running.Database.ExecuteAsync("update site set sign_up = 'on'");
        string token = System.Text.RegularExpressions.Regex.Match(
            atHers, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        Assert.Contains("by invitation only", await AtAsync(stranger, "rita.example.com", "/sign-up", new()
        {
            ["Email"] = "new@test.example", ["Password"] = "correct horse battery staple",
            ["__RequestVerificationToken"] = token,
        }));
        string refused = await AtAsync(stranger, "rita.example.com", "/sign-in/passkey", new()
        {
            ["Credential"] = "none", ["__RequestVerificationToken"] = token,
        });
        Assert.Contains("This passkey is not known here.", refused);
        Assert.DoesNotContain("/sign-up", refused);
        Assert.Contains("/sign-up", await AtAsync(stranger, "nobody.example.com", "/sign-in"), "at the operator's it is open");
        Assert.AreEqual(0, await running.Database.ScalarAsync<long>("select count(*) from sign_ups"));

        using var his = await portal.SignedInAsync(sam.Email); // at the operator's host name
        foreach (string page in (string[])["/overview", "/offer", "/endpoints", "/usage", "/activity", "/team", "/settings",
            "/security"])
        {
            var shown = (await his.GetAsync(page)).Text;
            Assert.Contains("Rita's Proxies", shown, page);
            Assert.DoesNotContain("Tradewind", shown, page);
            Assert.DoesNotContain("href=\"/plans", shown, page);
            Assert.DoesNotContain("Wholesale", shown, page);
        }
        await portal.Portal.UseAsync((SetCustomerState set) =>
            set.ExecuteAsync(new(rita.Id, CustomerState.Suspended), default));
        Assert.Contains("The service of Rita's Proxies has stopped", (await his.GetAsync("/overview")).Text);
        Assert.Contains("the service of Rita's Proxies has stopped", (await his.GetAsync("/offer")).Text);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("<span>Tradewind</span>", await AtAsync(owner, "rita.example.com", "/admin"));
    }

    [TestMethod]
    public async Task Brand_SaysHowTheCertificateForItsHostNameStands()
    {
        const string Host = "rita.example.com";
        var certificate = new StatedCertificate();
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<IPortalCertificate>(certificate));
        await using var running = portal.Portal;
        var rita = await portal.ResellerAsync();
        using var her = await portal.SignedInAsync(rita.Email);
        Assert.DoesNotContain("Requesting", (await her.GetAsync(Brand)).Text, "there is no host name");
        await her.PostAsync(Brand, new() { ["HostName"] = Host });
        Assert.Contains("Requesting", (await her.GetAsync(Brand)).Text, "the node has not seen it yet");

        foreach (var (stage, problem, words) in new (CertificateStage, string?, string)[]
        {
            (CertificateStage.WaitsForDns, null, "rita.example.com has no address yet."),
            (CertificateStage.BeingAsked, null, "Requesting"),
            (CertificateStage.Failed, "connection", "could not connect to http://rita.example.com/."),
            (CertificateStage.Failed, "unauthorized", "reached another server at http://rita.example.com/."),
            (CertificateStage.Failed, "dns", "found no address for rita.example.com."),
            (CertificateStage.Failed, "caa", "A CAA record of rita.example.com forbids"),
            (CertificateStage.Failed, "rateLimited", "received too many requests"),
            (CertificateStage.Failed, "rejectedIdentifier", "issues no certificates for rita.example.com."),
            (CertificateStage.Failed, null, "could not be reached, or had an error."),
        })
        {
            certificate.OfResellers.Clear();
            certificate.OfResellers.Add(StatedCertificate.Of(Host, stage, problem));
            var page = (await her.GetAsync(Brand)).Text;
            Assert.Contains(words, page);
            Assert.Contains("28 Nov 2026, 12:15", page, "the next attempt");
            Assert.DoesNotContain("lego", page, "what only staff can mend");
        }
        certificate.OfResellers[0] = StatedCertificate.Of(Host, CertificateStage.Good);
        var good = (await her.GetAsync(Brand)).Text;
        Assert.Contains("26 Feb 2027", good);
        Assert.DoesNotContain("Next attempt", good);

        certificate.Report = certificate.Report with { Source = CertificateSource.Files };
        Assert.Contains("The portal's certificate is valid for rita.example.com.", (await her.GetAsync(Brand)).Text);
        certificate.OfResellers.Clear();
        Assert.Contains("The portal's certificate is not for rita.example.com, so", (await her.GetAsync(Brand)).Text);
    }

    [TestMethod]
    public async Task Brand_Logo_IsServedToItsCustomersByItsVersion()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var rita = await portal.ResellerAsync();
        var sam = await portal.SoldAsync(rita);
        using var her = await portal.SignedInAsync(rita.Email);
        byte[] logo = [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n', 1, 2, 3];

        Assert.AreEqual(HttpStatusCode.Redirect, (await her.PostFileAsync(Brand, "Logo", "logo.png", logo)).Status);
        using var his = await portal.SignedInAsync(sam.Email);
        string address = System.Text.RegularExpressions.Regex.Match((await his.GetAsync("/overview")).Body,
            "/brand/logo\\?v=[0-9a-f]+").Value;
        Assert.AreEqual("image/png", (await his.GetAsync(address)).Response.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual(HttpStatusCode.OK, (await her.GetAsync("/resell/brand/logo")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await her.GetAsync("/brand/logo")).Status, "hers is the operator's");
        await her.PostAsync(Brand, new() { ["RemoveLogo"] = "true" });
        Assert.DoesNotContain("/brand/logo", (await his.GetAsync("/overview")).Body);
    }

    [TestMethod]
    public async Task Owner_LetsACustomerResell_AndFindsItsCustomers()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        var customer = await portal.AddCustomerAsync("Wholesaler");
        string path = $"/admin/customers/{customer.Id}/reseller";

        Assert.Contains("May have customers of its own", (await owner.GetAsync(path)).Text);
        Assert.Contains("id=\"Floor-error\"", (await owner.PostAsync(path,
            new() { ["MayResell"] = "true", ["Floor"] = "0", ["Currency"] = "USD" })).Body);
        Assert.Contains("id=\"Currency-error\"",
            (await owner.PostAsync(path, new() { ["MayResell"] = "true", ["Currency"] = "XXX" })).Body);
        Assert.Contains("may have customers of its own now", (await owner.FollowAsync(await owner.PostAsync(path,
            new() { ["MayResell"] = "true", ["Floor"] = "2.00", ["Currency"] = "USD" }))).Text);
        var sold = await portal.SoldAsync(customer, "Sold Customer");

        var list = (await owner.GetAsync($"/admin/customers?seller={customer.Id}")).Text;
        Assert.Contains("Sold Customer", list);
        Assert.Contains("customer of Wholesaler", list);
        Assert.Contains("1 customer", list);
        var page = (await owner.GetAsync($"/admin/customers/{sold.Id}")).Text;
        Assert.Contains($"/admin/customers/{customer.Id}\">Wholesaler</a>", page);
        Assert.Contains("the plan of its reseller", page);
        Assert.Contains("Wholesaler", (await owner.GetAsync($"/admin/customers/csv?seller={customer.Id}")).Text);
        Assert.Contains("gets no more customers", (await owner.FollowAsync(await owner.PostAsync(path))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync("/admin/customers/999999999/reseller")).Status);
    }

    private static string VersionOf(string body) =>
        System.Text.RegularExpressions.Regex.Match(body, "name=\"version\" value=\"([^\"]*)\"").Groups[1].Value;

    private static async Task<string> AtAsync(
        Visitor visitor, string host, string path, Dictionary<string, string>? form = null)
    {
        using var content = form is null ? null : new FormUrlEncodedContent(form);
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = content };
        request.Headers.Host = host;
        using var answer = await visitor.Http.SendAsync(request);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
