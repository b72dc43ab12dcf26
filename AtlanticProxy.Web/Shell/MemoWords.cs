using System.Globalization;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// What the books say about a transaction or a grant, as phrases: it is kept in English. What somebody wrote stays.
/// </summary>
internal static class MemoWords
{
    public static Phrase Of(string memo) => memo.Split(' ') switch
    {
        ["Invoice", var number] => (Phrase)$"Invoice {number}",
        ["Credit", "note", var number] => $"Credit note {number}",
        ["Payment", var reference] => $"Payment {reference}",
        ["Fee", "of", "payment", var reference] => $"Fee of payment {reference}",
        ["Refund", "of", "payment", var reference] => $"Refund of payment {reference}",
        ["Refund", "of", "payment", var reference, "failed"] => $"Refund of payment {reference} failed",
        ["Dispute", var id] => $"Dispute {id}",
        ["Dispute", var id, "won"] => $"Dispute {id} won",
        ["Dispute", var id, "lost"] => $"Dispute {id} lost",
        [var amount, "bytes"] when long.TryParse(amount, CultureInfo.InvariantCulture, out long bytes) => $"{bytes} bytes",
        [var amount, "minutes"] when long.TryParse(amount, CultureInfo.InvariantCulture, out long minutes) =>
            $"{minutes} minutes",
        _ => Whole(memo),
    };

    private static Phrase Whole(string memo) => memo switch
    {
        "Deposit" => (Phrase)"Deposit",
        "Deposit returned" => "Deposit returned",
        "Referral commission" => "Referral commission",
        "Referral commission taken back" => "Referral commission taken back",
        "Automatic top-up" => "Automatic top-up",
        "Traffic left at your move" => "Traffic left at your move",
        "Balance at your move" => "Balance at your move",
        "Import undone" => "Import undone",
        _ => Phrase.Verbatim(memo),
    };
}
