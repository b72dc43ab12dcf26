using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Invoices;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

/// <summary>Who sells and who buys.</summary>
[TestClass]
public sealed class PartyTests
{
    [TestMethod]
    [DataRow("AT", "ATU 123.456-78", "ATU12345678")]
    [DataRow("DE", "123456789", "DE123456789")]
    [DataRow("GR", "el123456789", "EL123456789")]
    [DataRow("GR", "GR123456789", null)]
    [DataRow("IE", "IE1234567WA", "IE1234567WA")]
    [DataRow("ES", "ESX1234567R", "ESX1234567R")]
    [DataRow("NL", "NL123456789B01", "NL123456789B01")]
    [DataRow("NL", "NL123456789", null)]
    [DataRow("SE", "SE123456789001", "SE123456789001")]
    [DataRow("SE", "SE123456789002", null)]
    [DataRow("GB", "GB GD001", "GBGD001")]
    [DataRow("CH", "CHE-123.456.789 TVA", "CHE123456789")]
    [DataRow("NO", "NO 123 456 789", "NO123456789MVA")]
    [DataRow("NO", "123456789 MVA", "NO123456789MVA")]
    [DataRow("DE", "DE12345678", null)]
    [DataRow("DE", "FR12345678901", null)]
    [DataRow("DE", "DE12345678\u0664", null)]
    [DataRow("KE", "P051234567X", "KEP051234567X")]
    [DataRow("KE", "KEP051234567X", "KEP051234567X")]
    [DataRow("KE", "1", null)]
    [DataRow("KE", "12345678901234567", null)]
    [DataRow(null, "DE123456789", null)]
    public void VatId_AsPeopleWriteIt_IsStoredInOneForm(string? country, string text, string? stored) =>
        Assert.AreEqual(stored, VatId.Normalise(text, country));

    [TestMethod]
    public void VatId_EveryCountrysExample_HasItsForm()
    {
        int looked = 0;
        foreach (string country in ("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK GB CH NO")
            .Split(' '))
        {
            string example = VatId.RuleFor(country).ToString().Split(' ')[^1].TrimEnd('.');
            Assert.AreEqual(example, VatId.Normalise(example, country), country);
            Assert.IsNull(VatId.Normalise(example + "9X9", country), country);
            looked++;
        }
        Assert.AreEqual(30, looked);
        StringAssert.Contains($"{VatId.RuleFor("KE")}", "2 to 13");
    }

    private sealed class Directory(VatAnswer answer) : IVatDirectory
    {
        public List<string> Asked { get; } = [];

        public Task<VatAnswer> AskAsync(string vatId, CancellationToken cancellation)
        {
            Asked.Add(vatId);
            return Task.FromResult(answer);
        }
    }

    private static async Task<string> SetAsync(
        ControlPlaneTest plane, SetBillingDetails.Request request, IVatDirectory? directory = null)
    {
        await using var scope = plane.Services.CreateAsyncScope();
        var command = directory is null
            ? scope.ServiceProvider.GetRequiredService<SetBillingDetails>()
            : ActivatorUtilities.CreateInstance<SetBillingDetails>(scope.ServiceProvider, directory);
        var set = await command.ExecuteAsync(request, default);
        return set.IsSuccess ? $"{set.Value}" : set.Codes();
    }

    [TestMethod]
    public async Task BillingDetails_Set_AreStoredInOneFormAndSayWhetherTheyChanged()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var request = new SetBillingDetails.Request(Scope.Of(ann.Id), ann.Id, " Ann SARL ", "1 rue\r\n\r\n 75001 Paris ", "fr",
            "12 345678901", "fr");

        Assert.AreEqual("True", await SetAsync(plane, request));
        Assert.AreEqual("False", await SetAsync(plane, request));
        Assert.AreEqual("Ann SARL|1 rue\n75001 Paris|FR|FR12345678901|fr|", await plane.Database.ScalarAsync<string>(
            "select concat_ws('|', company, street_address, country, vat_id, language, '') from customers"));
        Assert.AreEqual("True", await SetAsync(plane, request with { VatId = " ", Country = null }));
    }

    [TestMethod]
    public async Task BillingDetails_Wrong_SayWhatWouldBeRight()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var right = new SetBillingDetails.Request(Scope.Staff, ann.Id, "Ann SARL", "1 rue", "FR", null);

        Assert.AreEqual("billing.vat_id_invalid@VatId", await SetAsync(plane, right with { VatId = "FR1" }));
        Assert.AreEqual("billing.vat_id_invalid@VatId",
            await SetAsync(plane, right with { VatId = "FR12345678901", Country = null }));
        Assert.AreEqual("billing.company_missing@Company",
            await SetAsync(plane, right with { VatId = "FR12345678901", Company = "" }));
        Assert.AreEqual("billing.company_invalid@Company", await SetAsync(plane, right with { Company = new string('x', 101) }));
        Assert.AreEqual("billing.address_invalid@StreetAddress", await SetAsync(plane, right with { StreetAddress = "a\tb" }));
        Assert.AreEqual("billing.country_invalid@Country", await SetAsync(plane, right with { Country = "F1" }));
        Assert.AreEqual("billing.language_unknown@Language", await SetAsync(plane, right with { Language = "de" }));
        Assert.AreEqual("customer.not_found", await SetAsync(plane, right with { CustomerId = 99 }));
        Assert.AreEqual("customer.not_found", await SetAsync(plane, right with { Scope = Scope.Of(99) }));
    }

    [TestMethod]
    public async Task BillingDetails_NumberThatADirectoryKnows_IsNotedAndNotAskedAgain()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var request = new SetBillingDetails.Request(Scope.Staff, ann.Id, "Ann SARL", "1 rue", "FR", "FR12345678901");
        const string noted = "select coalesce(to_char(vat_checked_at at time zone 'UTC', 'YYYY-MM-DD'), '') from customers";

        Assert.AreEqual("billing.vat_id_unknown@VatId", await SetAsync(plane, request, new Directory(VatAnswer.NotRegistered)));
        Assert.AreEqual("True", await SetAsync(plane, request, new Directory(VatAnswer.Unknown)));
        Assert.AreEqual("", await plane.Database.ScalarAsync<string>(noted));
        var known = new Directory(VatAnswer.Registered);
        Assert.AreEqual("True", await SetAsync(plane, request, known));
        Assert.AreEqual("False", await SetAsync(plane, request, known));
        Assert.AreEqual("FR12345678901", string.Join(' ', known.Asked));
        Assert.AreEqual("2026-11-22", await plane.Database.ScalarAsync<string>(noted));
        Assert.AreEqual("True",
            await SetAsync(plane, request with { VatId = "FR99345678901" }, new Directory(VatAnswer.Unknown)));
        Assert.AreEqual("", await plane.Database.ScalarAsync<string>(noted), "another number is another question");
        var abroad = new Directory(VatAnswer.NotRegistered);
        Assert.AreEqual("True", await SetAsync(plane, request with { Country = "CH", VatId = "CHE123456789" }, abroad));
        Assert.IsEmpty(abroad.Asked);
    }

    [TestMethod]
    public async Task Seller_Set_IsWhatIsRead()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        async Task<string> SetAsync(SellerSettings settings, byte[]? logo = null)
        {
            var set = await plane.AskAsync((SetSeller command) => command.ExecuteAsync(new(settings, logo), default));
            return set.IsSuccess ? $"{set.Value}" : set.Codes();
        }

        byte[] png = TinyImage.Png();
        Assert.AreEqual("True", await SetAsync(Billing.Seller, png));
        Assert.AreEqual("False", await SetAsync(Billing.Seller));
        Assert.AreEqual(Billing.Seller, await plane.AskAsync((SellerQueries queries) => queries.SettingsAsync(default)));
        CollectionAssert.AreEqual(png, await plane.AskAsync((SellerQueries queries) => queries.LogoAsync(default)));
        Assert.AreEqual("True", await SetAsync(Billing.Seller, []));
        Assert.IsNull(await plane.AskAsync((SellerQueries queries) => queries.LogoAsync(default)));

        Assert.AreEqual("seller.logo_invalid@Logo", await SetAsync(Billing.Seller, "<svg>"u8.ToArray()));
        Assert.AreEqual("seller.logo_invalid@Logo",
            await SetAsync(Billing.Seller, [.. png, .. new byte[SellerSettings.MaxLogoSize]]));
        Assert.AreEqual("seller.footer_invalid@Footer", await SetAsync(Billing.Seller with { Footer = new string('x', 501) }));
        Assert.AreEqual("seller.payment_days_invalid@PaymentDays", await SetAsync(Billing.Seller with { PaymentDays = 91 }));
        Assert.AreEqual("billing.vat_id_invalid@VatId", await SetAsync(Billing.Seller with { VatId = "DE1" }));
        Assert.AreEqual("billing.vat_id_invalid@VatId",
            await SetAsync(Billing.Seller with { Country = null }));
    }
}
