namespace AtlanticProxy.ControlPlane.Events;

/// <summary>What can happen: names for programs, which stay as they are.</summary>
public static class EventKinds
{
    /// <summary>An invoice has its number: it is owed.</summary>
    public const string InvoiceFinalised = "invoice_finalised";

    public const string InvoicePaid = "invoice_paid";

    public const string CreditNoteIssued = "credit_note_issued";
}
