using System.Text.Json;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>The one way to a number.</summary>
internal static class InvoiceNumbers
{
    private sealed record Taken(int Year, int Number, DateTimeOffset IssuedAt);

    /// <summary>
    /// Sets the next number of its series, and the date that goes with it. Whoever else wants one waits until this transaction
    /// ends.
    /// </summary>
    public static async Task TakeNumberAsync(
        this Invoice invoice, AtlanticDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        string kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(invoice.Kind.ToString());
        var taken = (await db.QueryAsync<Taken>($"select year, number, issued_at from invoice_take_number({kind}, {now})",
            cancellation)).Single();
        (invoice.Year, invoice.Number, invoice.IssuedAt) = (taken.Year, taken.Number, taken.IssuedAt);
    }
}
