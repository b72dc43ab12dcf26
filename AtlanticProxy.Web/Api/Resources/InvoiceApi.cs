using System.Net.Mime;
using System.Security.Claims;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using InvoiceId = AtlanticProxy.Web.Api.PublicId<AtlanticProxy.Web.Api.OfInvoice>;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>An invoice or credit note. Amounts are minor units of its currency; of a credit note below zero.</summary>
/// <param name="Number">Such as 2026-000142; null of a draft, which only staff see.</param>
/// <param name="Buyer">As it stands on the paper.</param>
/// <param name="Credited">What credit notes have taken back of it.</param>
/// <param name="Prepaid">What the balance paid of it as it was used, before the invoice was written.</param>
/// <param name="Due">What is still to be paid.</param>
internal sealed record InvoiceBody(
    InvoiceId Id, InvoiceKind Kind, InvoiceState State, string? Number, PublicId<OfCustomer> Customer, string Buyer,
    string Currency, long Net, long Tax, long Total, long Credited, long Prepaid, long Due, DateTimeOffset CreatedAt,
    DateTimeOffset? IssuedAt, DateTimeOffset? DueAt, DateTimeOffset? PaidAt) : IExample<InvoiceBody>
{
    public static InvoiceBody Example => new(
        new(6), InvoiceKind.Invoice, InvoiceState.Paid, "2026-000142", new(7), "Shop", "USD", 2900, 0, 2900, 0, 0, 0,
        ExampleTime.Noon, ExampleTime.Noon, ExampleTime.Noon, ExampleTime.Noon);

    public static InvoiceBody Of(InvoiceSummary paper) => new(
        new(paper.Id), paper.Kind, paper.State, paper.Number, new(paper.CustomerId), paper.BuyerName, paper.Currency, paper.Net,
        paper.Tax, paper.Total, paper.Credited, paper.Prepaid, paper.Due, paper.CreatedAt, paper.IssuedAt, paper.DueAt,
        paper.PaidAt);
}

/// <param name="UnitPrice">With tax in it, or not, as the paper says.</param>
/// <param name="TaxPercent">Such as 25.5.</param>
internal sealed record InvoiceLineBody(
    string Description, long Quantity, long UnitPrice, decimal TaxPercent, long Net, long Tax, long Total);

/// <param name="Address">Several lines, without the country.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
internal sealed record InvoicePartyBody(string Name, string Address, string? Country, string? VatId)
{
    public static InvoicePartyBody Of(InvoiceParty party) => new(party.Name, party.Address, party.Country, party.VatId);
}

/// <summary>All that stands on a paper.</summary>
/// <param name="Credits">Of a credit note: number of the invoice that it takes back.</param>
/// <param name="PricesIncludeTax">Whether unit prices have the tax in them.</param>
internal sealed record InvoiceDocumentBody(
    InvoiceBody Invoice, string? Credits, InvoicePartyBody Seller, InvoicePartyBody Buyer, TaxRule TaxRule, bool PricesIncludeTax,
    IReadOnlyList<InvoiceLineBody> Lines) : IExample<InvoiceDocumentBody>
{
    public static InvoiceDocumentBody Example => new(
        InvoiceBody.Example, null, new("Proxies Ltd", "1 Quay\nDublin", "IE", "IE1234567X"),
        new("Shop", "2 Street\nParis", "FR", null), TaxRule.None, false, [new("Residential 50 GB", 1, 2900, 0, 2900, 0, 2900)]);

    public static InvoiceDocumentBody Of(InvoiceDocument paper) => new(
        InvoiceBody.Of(paper.Summary), paper.CreditsNumber, InvoicePartyBody.Of(paper.Seller), InvoicePartyBody.Of(paper.Buyer),
        paper.TaxRule, paper.PricesIncludeTax,
        [
            .. paper.Lines.Select(line => new InvoiceLineBody(
                line.Description, line.Quantity, line.UnitPrice, line.TaxPercent, line.Net, line.Tax, line.Total)),
        ]);
}

/// <summary>Invoices and credit notes: of the token's customer; with a token of the staff, everybody's, and drafts.</summary>
internal static class InvoiceApi
{
    private const string Path = "/invoices", One = Path + "/{id}";

    public static void Map(IEndpointRouteBuilder v1)
    {
        var api = v1.MapGroup("").WithTags("Invoices");
        api.MapGet(Path, ListAsync).Needs(TokenScope.BillingRead).WithName("listInvoices")
            .WithSummary("List invoices and credit notes").Produces<ListBody<InvoiceBody>>();
        api.MapGet(One, ShowAsync).Needs(TokenScope.BillingRead).WithName("getInvoice")
            .WithSummary("Show an invoice with its lines and parties").Produces<InvoiceDocumentBody>();
        api.MapGet($"{One}/pdf", PdfAsync).Needs(TokenScope.BillingRead).WithName("getInvoicePdf")
            .WithSummary("Download an invoice as PDF")
            .Produces<Stream>(contentType: MediaTypeNames.Application.Pdf);
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal user, InvoiceQueries queries, CancellationToken cancellation, int? limit = null, string? cursor = null,
        PublicId<OfCustomer>? customer = null, Spelled<InvoiceState>? state = null, Spelled<InvoiceKind>? kind = null)
    {
        var paging = Paging.Of("invoices", limit, cursor, out var refusal);
        if (refusal is not null)
            return refusal;
        var found = await queries.AfterAsync(user.Scope, new InvoiceFilter(customer?.Value, kind?.Value, state?.Value),
            paging.After, paging.Limit, cancellation);
        return Results.Ok(Paging.Body("invoices", found, InvoiceBody.Of, one => one.Id));
    }

    private static async Task<IResult> ShowAsync(
        InvoiceId id, ClaimsPrincipal user, InvoiceQueries queries, CancellationToken cancellation)
    {
        var found = await queries.FindAsync(user.Scope, id.Value, cancellation);
        return found.IsSuccess ? Results.Ok(InvoiceDocumentBody.Of(found.Value)) : ApiProblem.Of(found);
    }

    private static async Task<IResult> PdfAsync(
        InvoiceId id, ClaimsPrincipal user, InvoicePapers papers, CancellationToken cancellation)
    {
        var made = await papers.PdfAsync(user.Scope, id.Value, cancellation);
        return made.IsSuccess
            ? Results.File(made.Value.Pdf, MediaTypeNames.Application.Pdf, made.Value.FileName)
            : ApiProblem.Of(made);
    }
}
