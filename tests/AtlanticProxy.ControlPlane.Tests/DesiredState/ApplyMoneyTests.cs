using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.DesiredState;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.DesiredState;

/// <summary>The sections about money: seller, tax rates, mail, gateways, coupons.</summary>
[TestClass]
public sealed class ApplyMoneyTests
{
    private const string Gateways = """
        { "gateways": [
            { "name": "Card", "kind": "stripe", "currencies": ["usd", "EUR"], "apiKey": "sk_live_0123456789",
              "webhookSecret": "whsec_0123456789" },
            { "name": "Naira", "kind": "paystack", "currencies": ["NGN"], "apiKey": "sk_paystack_01", "enabled": false },
            { "name": "Bitcoin", "kind": "btcpay", "currencies": ["USD"], "apiKey": "token-0123456789",
              "webhookSecret": "signing-0123456789", "url": "https://pay.example.com/", "store": "store-1" },
            { "name": "Transfer", "kind": "bank", "currencies": ["EUR"], "instructions": "IBAN DE02 1203 0000 0000 2020 51" }] }
        """;

    private static Task<Result<IReadOnlyList<string>>> ApplyAsync(ControlPlaneTest plane, string document, bool check = false) =>
        plane.AskAsync((ApplyDesiredState apply) => apply.ExecuteAsync(new(document, CheckOnly: check), default));

    private static async Task AssertChangesAsync(ControlPlaneTest plane, string document, params string[] changes)
    {
        var applied = await ApplyAsync(plane, document);
        Assert.AreEqual("", string.Join('\n', applied.Errors.Select(error => error.Message)));
        Assert.AreEqual(string.Join('\n', changes), string.Join('\n', applied.Value));
    }

    [TestMethod]
    public async Task Referrals_AreSet_AndWhatIsLeftOutStays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        const string On = """{ "referrals": { "enabled": true, "percent": 12.5 } }""";

        await AssertChangesAsync(plane, On, "referrals: 12.5 %");
        await AssertChangesAsync(plane, On);
        await AssertChangesAsync(plane, """{ "referrals": { "enabled": false } }""", "referrals: off");
        Assert.AreEqual("1250/30", await plane.Database.ScalarAsync<string>(
            "select basis_points || '/' || clearing_days from referral_settings"));
        Assert.Contains("referrals.percent",
            (await ApplyAsync(plane, """{ "referrals": { "percent": 101 } }""")).Errors[0].Message);
    }

    [TestMethod]
    public async Task Gateways_OfEveryKind_AreAddedOnceAndThenOnlyWhatDiffersChanges()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var check = await ApplyAsync(plane, Gateways, check: true);
        long after = await plane.Database.ScalarAsync<long>("select count(*) from gateways");

        await AssertChangesAsync(plane, Gateways, "gateway Card: added", "gateway Naira: added", "gateway Naira: disabled",
            "gateway Bitcoin: added", "gateway Transfer: added");
        await AssertChangesAsync(plane, Gateways);
        await AssertChangesAsync(plane, """
            { "gateways": [{ "name": "card", "kind": "stripe", "currencies": ["USD"], "apiKey": "sk_live_9876543210" },
                { "name": "Naira", "kind": "paystack", "currencies": ["NGN"] },
                { "name": "Transfer", "kind": "bank", "currencies": ["EUR"], "instructions": "To our new bank" }] }
            """, "gateway Card: changed", "gateway Naira: enabled", "gateway Transfer: changed");

        Assert.AreEqual((5, 0L), (check.Value.Count, after), "a check changes nothing");
        var gateways = await plane.AskAsync((PaymentQueries queries) => queries.GatewaysAsync(default));
        Assert.AreEqual("Bitcoin Btcpay USD https://pay.example.com store-1 True,Card Stripe USD   True,"
            + "Naira Paystack NGN   True,Transfer Bank EUR   True", string.Join(',', gateways.Select(each =>
                $"{each.Name} {each.Kind} {string.Join('+', each.Currencies)} {each.BaseUrl} {each.Store} {each.Enabled}")));
    }

    [TestMethod]
    public async Task Gateway_WithSecretsOfAFileAndOthersLeftOut_KeepsAndShowsNone()
    {
        string file = Path.Combine(Path.GetTempPath(), $"atlantic-secret-{Guid.CreateVersion7():n}");
        await File.WriteAllTextAsync(file, "sk_live_of_a_file\n");
        try
        {
            await using var plane = await ControlPlaneTest.StartAsync();
            string document = $$"""
                { "gateways": [{ "name": "Card", "kind": "stripe", "currencies": ["USD"], "apiKey": { "file": "{{file}}" },
                    "webhookSecret": "whsec_0123456789" }] }
                """;
            await AssertChangesAsync(plane, document, "gateway Card: added");
            await AssertChangesAsync(plane, document);
            await AssertChangesAsync(plane,
                """{ "gateways": [{ "name": "Card", "kind": "stripe", "currencies": ["EUR"] }] }""", "gateway Card: changed");

            Assert.AreEqual(new GatewaySecrets("sk_live_of_a_file", "whsec_0123456789"), await SecretsAsync(plane));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<GatewaySecrets> SecretsAsync(ControlPlaneTest plane)
    {
        long id = await plane.Database.ScalarAsync<long>("select id from gateways");
        byte[] kept = await plane.Database.ScalarAsync<byte[]>("select secrets_sealed from gateways");
        return await plane.AskAsync((PaymentDesk desk) => Task.FromResult(desk.Directory.Secrets(id, kept)));
    }

    [TestMethod]
    public async Task Mail_IsSetOnce_KeepsWhatIsLeftOut_AndCanBeStopped()
    {
        const string document = """
            { "mail": { "host": "smtp.example.com", "port": 465, "security": "tls", "username": "me",
                "password": "hunter2hunter2", "sender": "Shop@example.com", "senderName": "Harbour" } }
            """;
        await using var plane = await ControlPlaneTest.StartAsync();

        await AssertChangesAsync(plane, document, "mail: through smtp.example.com:465");
        await AssertChangesAsync(plane, document);
        await AssertChangesAsync(plane, """{ "mail": { "security": "start-tls", "port": 587 } }""",
            "mail: through smtp.example.com:587");
        var kept = await plane.AskAsync((MailQueries queries) => queries.SettingsAsync(default));
        byte[] password = await plane.Database.ScalarAsync<byte[]>("select password_sealed from mail_settings");
        await AssertChangesAsync(plane, """{ "mail": { "host": "" } }""", "mail: none is sent");

        Assert.AreEqual(
            new MailSettings("smtp.example.com", 587, MailSecurity.StartTls, "me", "shop@example.com", "Harbour"), kept);
        Assert.AreEqual("hunter2hunter2",
            plane.Services.GetRequiredService<SecretBox>().Open(password, SecretPlace.MailPassword));
    }

    [TestMethod]
    public async Task Seller_AndTaxRates_AreSetOnceAndKeepWhatIsLeftOut()
    {
        string logo = Path.Combine(Path.GetTempPath(), $"atlantic-logo-{Guid.CreateVersion7():n}.png");
        await File.WriteAllBytesAsync(logo, TinyImage.Png());
        try
        {
            await using var plane = await ControlPlaneTest.StartAsync();
            string document = $$"""
                { "seller": { "company": "Harbour GmbH", "streetAddress": "Kai 1\n20457 Hamburg", "country": "de",
                    "vatId": "DE136695976", "pricesIncludeTax": true, "paymentDays": 14, "footer": "HRB 1",
                    "logoFile": "{{logo}}" },
                  "taxRates": [{ "country": "de", "percent": 18 }, { "country": "FI", "percent": "26.5" }] }
                """;
            await AssertChangesAsync(plane, document, "seller: changed", "tax rate DE: 18 %", "tax rate FI: 26.5 %");
            await AssertChangesAsync(plane, document);
            await AssertChangesAsync(plane,
                """{ "seller": { "paymentDays": 30 }, "taxRates": [{ "country": "DE", "percent": 7 }] }""",
                "seller: changed", "tax rate DE: 7 %");

            Assert.AreEqual(
                new SellerSettings("Harbour GmbH", "Kai 1\n20457 Hamburg", "DE", "DE136695976", true, 30, "HRB 1"),
                await plane.AskAsync((SellerQueries queries) => queries.SettingsAsync(default)));
            CollectionAssert.AreEqual(TinyImage.Png(),
                await plane.AskAsync((SellerQueries queries) => queries.LogoAsync(default)));
            await AssertChangesAsync(plane, """{ "seller": { "logoFile": "", "vatId": "" } }""", "seller: changed");
            Assert.IsNull(await plane.AskAsync((SellerQueries queries) => queries.LogoAsync(default)));
        }
        finally
        {
            File.Delete(logo);
        }
    }

    [TestMethod]
    public async Task Coupons_OfEveryKind_AreAddedOnceAndTheirTermsChange()
    {
        const string document = """
            { "coupons": [
                { "code": "welcome", "percent": 12.5, "firstPurchase": true, "uses": 100, "firstDay": "2026-01-01",
                  "lastDay": "2099-12-31" },
                { "code": "FIVE", "amount": "5.00", "currency": "eur", "usesEach": 2 },
                { "code": "MORE", "gb": "500 MB", "enabled": false }] }
            """;
        await using var plane = await ControlPlaneTest.StartAsync();

        await AssertChangesAsync(plane, document, "coupon WELCOME: added", "coupon FIVE: added", "coupon MORE: added",
            "coupon MORE: disabled");
        plane.Time.Jump(TimeSpan.FromDays(1));
        await AssertChangesAsync(plane, document);
        await AssertChangesAsync(plane, """
            { "coupons": [{ "code": "Welcome", "percent": 12.5, "uses": 7 }, { "code": "MORE", "gb": 0.5 }] }
            """, "coupon WELCOME: changed", "coupon MORE: enabled");

        var coupons = await plane.AskAsync((CouponQueries queries) => queries.ListAsync(new PageRequest(), default));
        Assert.AreEqual("FIVE Amount 500 EUR  2 False True,MORE Traffic 500000000   1 False True,"
            + "WELCOME Percent 1250  7 1 False True",
            string.Join(',', coupons.Items.Select(each => $"{each.Code} {each.Kind} {each.Value} {each.Currency} "
                + $"{each.MaxRedemptions} {each.MaxPerCustomer} {each.FirstPurchaseOnly} {each.Enabled}")));
        Assert.AreEqual((new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), null),
            (coupons.Items[2].ValidFrom, coupons.Items[2].ValidUntil));
    }

    [TestMethod]
    [DataRow("""{ "gateways": [{ "name": "A", "kind": "paypal", "currencies": ["USD"] }] }""",
        "gateways[0].kind (A): 'paypal' is not one of paystack, stripe, btcpay, bank.")]
    [DataRow("""{ "gateways": [{ "name": "A", "kind": "stripe", "currencies": ["USD"], "webhookSecret": "w" }] }""",
        "gateways[0].apiKey (A): Give the API key")]
    [DataRow("""{ "gateways": [{ "name": "A", "kind": "stripe", "currencies": ["USD"], "apiKey": "k" }] }""",
        "gateways[0].webhookSecret (A): Give the secret")]
    [DataRow("""{ "gateways": [{ "name": "A", "kind": "stripe", "currencies": [], "apiKey": "k", "webhookSecret": "w" }] }""",
        "gateways[0].currencies (A): Give the currency")]
    [DataRow("""
        { "gateways": [{ "name": "A", "kind": "btcpay", "currencies": ["USD"], "apiKey": "k", "webhookSecret": "w",
            "store": "s" }] }
        """, "gateways[0].url (A): Give the server's address")]
    [DataRow("""
        { "gateways": [{ "name": "A", "kind": "btcpay", "currencies": ["USD"], "apiKey": "k", "webhookSecret": "w",
            "url": "https://pay.example.com" }] }
        """, "gateways[0].store (A): Give the store's id")]
    [DataRow("""{ "gateways": [{ "name": "A", "kind": "bank", "currencies": ["USD"] }] }""",
        "gateways[0].instructions (A): Say where to transfer to")]
    [DataRow("""{ "gateways": [{ "name": "", "kind": "bank", "currencies": ["USD"], "instructions": "x" }] }""",
        "gateways[0].name (): A name has 1 to 40 characters.")]
    [DataRow("""{ "gateways": [{ "name": "Bank", "kind": "stripe", "currencies": ["USD"] }] }""",
        "gateways[0].kind (Bank): A gateway's kind does not change: add one with another name")]
    [DataRow("""
        { "gateways": [{ "name": "A", "kind": "stripe", "currencies": ["USD"],
            "apiKey": { "env": "NO_SUCH_VARIABLE" } }] }
        """,
        "gateways[0].apiKey (line 2): the environment has no variable 'NO_SUCH_VARIABLE'")]
    [DataRow("""
        { "gateways": [{ "name": "A", "kind": "bank", "currencies": ["USD"] },
            { "name": "a", "kind": "bank", "currencies": ["USD"] }] }
        """,
        "gateways[1].name: 'a' is there already, at gateways[0].name.")]
    [DataRow("""{ "mail": { "host": "no host" } }""", "mail.host: Give the mail server's name")]
    [DataRow("""{ "mail": { "host": "smtp.example.com" } }""", "mail.sender: ")]
    [DataRow("""{ "mail": { "port": 70000 } }""", "mail.port: Give a port from 1 to 65535")]
    [DataRow("""{ "mail": { "security": "ssl" } }""", "mail.security: 'ssl' is not one of none, start-tls, tls.")]
    [DataRow("""{ "mail": { "security": "none", "username": "me" } }""", "mail.security: Without TLS anybody on the way")]
    [DataRow("""{ "mail": { "password": 5 } }""", "mail.password (line 1): give a text, { \"file\": PATH }")]
    [DataRow("""{ "seller": { "country": "Germany" } }""", "seller.country: Give a country by its two letters")]
    [DataRow("""{ "seller": { "vatId": "DE136695976" } }""", "seller.vatId: Set the country too")]
    [DataRow("""{ "seller": { "country": "DE", "vatId": "12" } }""", "seller.vatId: ")]
    [DataRow("""{ "seller": { "paymentDays": 91 } }""", "seller.paymentDays: Give 0 to 90 days.")]
    [DataRow("""{ "seller": { "logoFile": "/nonexistent/logo.png" } }""",
        "seller.logoFile: The file '/nonexistent/logo.png' cannot be read")]
    [DataRow("""{ "seller": { "logoFile": "/proc/self/status" } }""", "seller.logoFile: Give a PNG or JPEG image")]
    [DataRow("""{ "taxRates": [{ "country": "D", "percent": 19 }] }""", "taxRates[0].country (D): Give a country")]
    [DataRow("""{ "taxRates": [{ "country": "DE", "percent": 101 }] }""",
        "taxRates[0].percent (DE): Give a percentage from 0 to 100")]
    [DataRow("""{ "taxRates": [{ "country": "DE", "percent": 1 }, { "country": "de", "percent": 2 }] }""",
        "taxRates[1].country: 'de' is there already, at taxRates[0].country.")]
    [DataRow("""{ "coupons": [{ "code": "AB", "percent": 5 }] }""", "coupons[0].code (AB): A code has 3 to 32")]
    [DataRow("""{ "coupons": [{ "code": "ABC" }] }""", "coupons[0] (ABC): Give one of percent, amount and gb.")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 5, "gb": 1 }] }""", "coupons[0] (ABC): Give one of percent")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 12.345 }] }""", "coupons[0].percent (ABC): Give a percentage of more")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 100.01 }] }""", "coupons[0].percent (ABC): Give a percentage of more")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 5, "currency": "USD" }] }""",
        "coupons[0].currency (ABC): An amount has a currency, and nothing else has.")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "amount": 5.005 }] }""", "coupons[0].amount (ABC): USD has 2 digits")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "amount": 5, "currency": "XQX" }] }""",
        "coupons[0].currency (ABC): There is no currency")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "amount": -5 }] }""", "coupons[0].amount (ABC): Give more than nothing")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "gb": 0 }] }""", "coupons[0].gb (ABC): Give more than nothing")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 5, "firstDay": "1.1.2027" }] }""",
        "coupons[0].firstDay (ABC): '1.1.2027' is not a day")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 5, "firstDay": "2027-01-02", "lastDay": "2027-01-01" }] }""",
        "coupons[0].lastDay (ABC): The end comes after the beginning.")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 5, "uses": 0 }] }""", "coupons[0].uses (ABC): A limit is 1 or more.")]
    [DataRow("""{ "coupons": [{ "code": "ABC", "percent": 5, "usesEach": 0 }] }""",
        "coupons[0].usesEach (ABC): A limit is 1 or more.")]
    [DataRow("""{ "coupons": [{ "code": "OLD", "percent": 6 }] }""",
        "coupons[0].percent (OLD): What a coupon gives does not change")]
    [DataRow("""{ "coupons": [{ "code": "OLD", "percent": 5, "usesEach": 0 }] }""",
        "coupons[0].usesEach (OLD): A limit is 1 or more.")]
    public async Task Value_ThatIsWrong_IsRefusedWithItsPlace(string document, string words)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await AssertChangesAsync(plane, """
            { "gateways": [{ "name": "Bank", "kind": "bank", "currencies": ["USD"], "instructions": "To us" }],
              "coupons": [{ "code": "OLD", "percent": 5 }] }
            """, "gateway Bank: added", "coupon OLD: added");

        var refused = await ApplyAsync(plane, document);

        Assert.IsFalse(refused.IsSuccess);
        Assert.Contains(words, refused.Errors[0].Message);
    }
}
