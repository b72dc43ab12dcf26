using System.Net;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class InvoiceApiTests
{
    [TestMethod]
    public async Task Invoice_IsListed_Read_AndDownloaded()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        using var client = await ApiClient.OfAsync(shop.Seeded, ann.Email, "billing:read");

        var listed = (await client.GetAsync("/invoices?state=paid&kind=invoice")).Body.GetProperty("data")[0];
        string path = $"/invoices/{listed.GetProperty("id").GetString()}";
        var shown = await client.GetAsync(path);
        var pdf = await client.GetAsync($"{path}/pdf");

        Assert.AreEqual(("paid", "USD", 2900L, 0L, $"cus_{ann.Id}"), (listed.GetProperty("state").GetString(),
            listed.GetProperty("currency").GetString(), listed.GetProperty("total").GetInt64(),
            listed.GetProperty("due").GetInt64(), listed.GetProperty("customer").GetString()));
        Assert.AreEqual(listed.ToString(), shown["invoice"]);
        Assert.AreEqual(2900L, shown.Body.GetProperty("lines")[0].GetProperty("total").GetInt64());
        Assert.AreEqual("Ann", shown.Body.GetProperty("buyer").GetProperty("name").GetString());
        Assert.AreEqual((HttpStatusCode.OK, "application/pdf"),
            (pdf.Status, pdf.Response.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith("%PDF", await pdf.Response.Content.ReadAsStringAsync());
        Assert.AreEqual($"{listed.GetProperty("number").GetString()}.pdf",
            pdf.Response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.AreEqual(0, (await client.GetAsync("/invoices?kind=credit_note")).Body.GetProperty("data").GetArrayLength());
        (await client.GetAsync("/invoices?state=lost"))
            .IsProblem(HttpStatusCode.BadRequest, "request.parameter_invalid", "state");
    }

    [TestMethod]
    public async Task Invoice_OfAnother_AndDrafts_Are404()
    {
        var shop = await BillingShop.SharedAsync();
        var (ann, visitor) = await shop.SubscribedAsync();
        visitor.Dispose();
        long paid = await shop.Seeded.Portal.Database.ScalarAsync<long>(
            $"select id from invoices where customer_id = {ann.Id} and state = 'paid'");
        long draft = (await shop.Seeded.Portal.UseAsync((DraftInvoice write) =>
            write.ExecuteAsync(new(ann.Id, "USD", [new InvoiceItem("Work", 100)]), default))).Value;
        using var own = await ApiClient.OfAsync(shop.Seeded, ann.Email, "billing:read");
        using var thief = await ApiClient.OfAsync(
            shop.Seeded, (await shop.Seeded.AddCustomerAsync()).Email, "billing:read");
        using var support = await ApiClient.OfAsync(shop.Seeded, SeededPortal.Support, "billing:read");

        foreach (string form in new[] { "", "/pdf" })
        {
            (await thief.GetAsync($"/invoices/inv_{paid}{form}")).IsProblem(HttpStatusCode.NotFound, "invoice.not_found");
            (await own.GetAsync($"/invoices/inv_{draft}{form}")).IsProblem(HttpStatusCode.NotFound, "invoice.not_found");
        }
        Assert.AreEqual(0, (await thief.GetAsync($"/invoices?customer=cus_{ann.Id}")).Body.GetProperty("data").GetArrayLength());
        Assert.AreEqual(1, (await own.GetAsync("/invoices")).Body.GetProperty("data").GetArrayLength());
        Assert.AreEqual(2, (await support.GetAsync($"/invoices?customer=cus_{ann.Id}")).Body.GetProperty("data")
            .GetArrayLength());
        Assert.AreEqual("null", (await support.GetAsync($"/invoices/inv_{draft}")).Body.GetProperty("invoice")
            .GetProperty("number").GetRawText());
        (await support.GetAsync($"/invoices/inv_{draft}/pdf")).IsProblem(HttpStatusCode.Conflict, "invoice.draft");
    }
}
