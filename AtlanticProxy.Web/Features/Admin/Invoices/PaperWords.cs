using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Invoices;

/// <summary>How it is said where an invoice or credit note stands.</summary>
internal static class PaperWords
{
    /// <summary>A word.</summary>
    public static string Of(InvoiceState state) => state switch
    {
        InvoiceState.Draft => "Draft",
        InvoiceState.Open => "Open",
        InvoiceState.Paid => "Paid",
        InvoiceState.Credited => "Credited",
        InvoiceState.Issued => "Issued",
    };

    /// <summary>A class of <c>badge-state</c>; null for a quiet one.</summary>
    public static string? MoodOf(InvoiceState state) => state switch
    {
        InvoiceState.Open => "warn",
        InvoiceState.Paid => "good",
        _ => null,
    };

    /// <summary>Whether the numbers are whole, in a sentence.</summary>
    public static string Of(IReadOnlyList<NumberGap> gaps) => gaps.Count == 0
        ? "The numbers have no gaps."
        : string.Join(' ', gaps.Select(gap => $"The numbers of {(gap.Kind == InvoiceKind.Invoice ? "invoices" : "credit notes")} "
            + $"of {gap.Year} have gaps: {Format.Count(gap.Count, "paper", "papers")}, the last one is number {gap.Last}."));
}
