using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What can stand on an invoice.</summary>
internal static class InvoiceRules
{
    /// <summary>As the table has it.</summary>
    private const int MaxDescriptionLength = 200;

    /// <summary>Far more than one customer buys in a period, and a few pages of paper.</summary>
    private const int MaxItems = 200;

    /// <summary>Of one thing on one line.</summary>
    private const long MaxQuantity = 1_000_000_000;

    public static readonly Error BelowZero = new(ErrorKind.Invalid, "invoice.below_zero",
        "An invoice is not below zero: what is over goes to the wallet.", "Items");

    public static void Require(Validation validation, string currency, IReadOnlyList<InvoiceItem> items)
    {
        validation.Require(Money.FindCurrency(currency) is not null, "Currency", "invoice.currency_unknown", Money.CurrencyRule);
        validation.Require(items.Count is > 0 and <= MaxItems, "Items", "invoice.items_invalid",
            $"An invoice has 1 to {MaxItems} lines.");
        validation.Require(items.All(item => item.Description.Trim().Length is > 0 and <= MaxDescriptionLength
                && !item.Description.Any(char.IsControl)), "Items", "invoice.description_invalid",
            $"A line says in 1 to {MaxDescriptionLength} characters what it is for.");
        validation.Require(items.All(item => item.Quantity is > 0 and <= MaxQuantity
                && Math.Abs((decimal)item.UnitPrice * item.Quantity) <= Money.MaxPrice), "Items", "invoice.amount_invalid",
            "The price or quantity of a line is too large, or the quantity is not above zero.");
    }
}
