namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>How invoices are made: section <c>Invoices</c> of the configuration.</summary>
public sealed class InvoiceOptions
{
    /// <summary>
    /// Ask the EU's directory (VIES) whether a VAT number exists. Where it does not answer, the form alone
    /// counts.
    /// </summary>
    public bool AskVies { get; set; } = true;
}
