using System.Globalization;
using System.Text;
using AtlanticProxy.ControlPlane.Ledger;
using CsvHelper;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Shell;

/// <summary>A list as a file: RFC 4180, UTF-8, times in UTC (RFC 3339), amounts with a point.</summary>
internal static class CsvFile
{
    /// <summary>More is asked for by narrower filters: it is made in memory, while the database waits.</summary>
    public const int MaxRows = 100_000;

    /// <summary>What a spreadsheet would take for a formula, in a name that a customer chose, is escaped.</summary>
    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape };

    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="rows">With as many fields as there are columns.</param>
    public static async Task<FileContentResult> Of(
        string name, IReadOnlyList<string> columns, IAsyncEnumerable<IReadOnlyList<object?>> rows, CancellationToken cancellation)
    {
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        await using (var csv = CsvWriter.Create(text, Options, leaveOpen: true))
        {
            csv.WriteRecord([.. columns]);
            await foreach (var row in rows.Take(MaxRows).WithCancellation(cancellation))
                Write(csv, row);
        }
        return new FileContentResult(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8")
        {
            FileDownloadName = $"{name}.csv",
        };
    }

    private static void Write(CsvWriter csv, IReadOnlyList<object?> row)
    {
        foreach (object? value in row)
            switch (value)
            {
                // As numbers: a minus in front is no formula.
                case int number:
                    csv.WriteField(number, "");
                    break;
                case long number:
                    csv.WriteField(number, "");
                    break;
                case decimal number:
                    csv.WriteField(number, "");
                    break;
                case Money money:
                    csv.WriteField(money.Number, "");
                    break;
                default:
                    csv.WriteField(Text(value));
                    break;
            }
        csv.EndRecord();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTimeOffset instant => Format.Machine(instant),
        DateOnly day => Format.Iso(day),
        bool truth => truth ? "yes" : "no",
        _ => value.ToString() ?? "",
    };
}
