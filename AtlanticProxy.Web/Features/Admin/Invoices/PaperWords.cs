using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Invoices;

/// <summary>How it is said where an invoice or credit note stands.</summary>
internal static class PaperWords
{
    /// <summary>A word.</summary>
    public static Phrase Of(InvoiceState state) => state switch
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
    public static Phrase Of(IReadOnlyList<NumberGap> gaps) => gaps.Count == 0
        ? "The numbers have no gaps."
        : Phrase.Verbatim(string.Join(' ', gaps.Select(gap => T[gap.Kind == InvoiceKind.Invoice
            ? (Phrase)$"The numbers of invoices of {gap.Year} have gaps: {Count(gap)}, the last one is number {gap.Last}."
            : $"The numbers of credit notes of {gap.Year} have gaps: {Count(gap)}, the last one is number {gap.Last}."])));

    private static string Count(NumberGap gap) => Format.Count(gap.Count, "paper", "papers");
}
