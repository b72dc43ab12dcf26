using System.Globalization;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Languages;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>How figures are written. Units are decimal (1 GB is 10^9 bytes), as traffic is sold.</summary>
internal static class Format
{
    /// <summary>One phrase: languages write them otherwise, <c>Go</c> in French.</summary>
    public static IReadOnlyList<string> Units => T["B KB MB GB TB PB EB"].Split(' ');

    /// <summary>Of <see cref="NumberFormatInfo.PercentPositivePattern"/>.</summary>
    private const int SpacedPercent = 0;

    private static readonly string[] Prefixes = ["", "k", "M", "G", "T", "P", "E"];

    /// <summary>Of the reader's language.</summary>
    private static CultureInfo Culture => Language.Current.Culture;

    /// <summary>Three digits that matter, cut, and their unit.</summary>
    public static (string Number, string Unit) Bytes(long bytes)
    {
        var (number, unit) = Scaled(bytes);
        return (number, Units[unit]);
    }

    public static string BytesText(long bytes)
    {
        var (number, unit) = Bytes(bytes);
        return $"{number} {unit}";
    }

    /// <summary>Of bits a second: three digits that matter, cut, and their unit.</summary>
    public static string Speed(long bitsPerSecond)
    {
        var (number, unit) = Scaled(bitsPerSecond);
        return $"{number} {Prefixes[unit]}bit/s";
    }

    /// <summary>And how often it was divided by 1000.</summary>
    private static (string Number, int Unit) Scaled(long count)
    {
        decimal value = count;
        int unit = 0;
        while (Math.Abs(value) >= 1000 && unit < Prefixes.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        string pattern = unit == 0 || Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : "0.##";
        // Truncated, not rounded: 999.9 GB must not read as 1000 GB, and never more than was used.
        decimal scale = pattern.Length switch { 1 => 1, 3 => 10, _ => 100 };
        return ((Math.Truncate(value * scale) / scale).ToString(pattern, Culture), unit);
    }

    public static string Count(long count) => count.ToString("N0", Culture);

    /// <summary><c>75%</c>, and <c>75 %</c> where the language wants it so.</summary>
    /// <param name="figure">As it is written.</param>
    public static string Percent(string figure) =>
        Culture.NumberFormat.PercentPositivePattern == SpacedPercent ? $"{figure}\u00A0%" : $"{figure}%";

    /// <summary><c>3 customers</c>: both forms are written out, and other languages have their own.</summary>
    public static string Count(long count, Phrase one, Phrase many) =>
        $"{Count(count)} {T[Phrase.Plural(count, one, many)]}";

    public static Phrase TransactionKind(TransactionKind kind) => kind switch
    {
        ControlPlane.Ledger.TransactionKind.Credit => (Phrase)"Credit",
        ControlPlane.Ledger.TransactionKind.Charge => "Purchase",
        ControlPlane.Ledger.TransactionKind.Usage => $"Use{string.Empty}", // the noun, not the verb of links
        ControlPlane.Ledger.TransactionKind.Payment => "Payment",
        ControlPlane.Ledger.TransactionKind.Refund => "Refund",
        ControlPlane.Ledger.TransactionKind.Invoice => "Invoice",
        ControlPlane.Ledger.TransactionKind.InvoicePayment => "Invoice paid",
        ControlPlane.Ledger.TransactionKind.CreditNote => "Credit note",
        ControlPlane.Ledger.TransactionKind.Deposit => "Deposit",
        ControlPlane.Ledger.TransactionKind.Dispute => "Dispute",
        ControlPlane.Ledger.TransactionKind.Commission => "Commission",
        ControlPlane.Ledger.TransactionKind.Bonus => "Bonus",
        ControlPlane.Ledger.TransactionKind.Allocation => "Allocation",
        ControlPlane.Ledger.TransactionKind.Fee => "Fee",
        ControlPlane.Ledger.TransactionKind.Payout => "Payout",
    };

    public static string Instant(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("d MMM yyyy, HH:mm 'UTC'", Culture);

    public static string Second(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("d MMM, HH:mm:ss 'UTC'", Culture);

    /// <summary>On a page that says its zone once.</summary>
    public static string Clock(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("d MMM, HH:mm:ss", Culture);

    /// <summary>After another instant of the same day.</summary>
    public static string Tick(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("HH:mm:ss", Culture);

    public static string Day(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("d MMM yyyy", Culture);

    /// <summary>In its largest two units: 4 min 10 s. Parts of a second count as one.</summary>
    public static Phrase Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => (Phrase)$"{(int)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{(int)Math.Ceiling(time.TotalSeconds)} s",
    };

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", Culture);

    /// <summary>As date fields and addresses have it.</summary>
    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Machine(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
