namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>
/// The words on a paper, in one language. None say whether it is paid: a paper stays as it was when it was handed out.
/// </summary>
internal sealed record InvoiceWords(
    string Invoice, string CreditNote, string Draft, string CreditsInvoice, string IssuedOn, string DueOn, string BillTo,
    string TaxNumber, string Description, string Quantity, string UnitPrice, string Tax, string Amount, string Net, string Total,
    string TaxAt, string WithTax, string ReverseCharge, string NoTax, string Prepaid, string Page)
{
    private static readonly InvoiceWords English = new(
        "Invoice", "Credit note", "Draft invoice", "Credits invoice", "Date", "Due", "Bill to", "VAT", "Description", "Qty",
        "Unit price", "VAT", "Amount", "Net", "Total", "VAT {0} %", "Prices include VAT.",
        "Reverse charge: VAT is owed by the recipient (articles 44 and 196 of Directive 2006/112/EC).",
        "The seller charges no VAT.", "{0} was already paid from the wallet.", "Page {0} of {1}");

    private static readonly InvoiceWords French = new(
        "Facture", "Avoir", "Projet de facture", "Annule la facture", "Date", "Échéance", "Facturé à", "TVA", "Désignation",
        "Qté", "Prix unitaire", "TVA", "Montant", "Total HT", "Total TTC", "TVA {0} %", "Prix TTC.",
        "Autoliquidation : la TVA est due par le preneur (articles 44 et 196 de la directive 2006/112/CE).",
        "TVA non applicable.", "Dont {0} déjà prélevés sur le portefeuille.", "Page {0} sur {1}");

    public static InvoiceWords In(string language) => language == "fr" ? French : English;
}
