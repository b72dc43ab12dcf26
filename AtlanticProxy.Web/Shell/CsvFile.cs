using System.Globalization;
using System.Text;
using CsvHelper;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Shell;

/// <summary>A table as a file: RFC 4180, UTF-8, instants as RFC 3339 has them in UTC, numbers whole.</summary>
internal static class CsvFile
{
    private const string ContentType = "text/csv; charset=utf-8";

    /// <summary>What a spreadsheet would take for a formula, in a name that somebody chose, is escaped.</summary>
    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape };

    /// <param name="name">Without its ending.</param>
    /// <param name="rows">Text, numbers, instants; null is an empty field.</param>
    public static FileContentResult Of(string name, string[] columns, IEnumerable<object?[]> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, Options, leaveOpen: true))
        {
            csv.WriteRecord(columns);
            foreach (object?[] row in rows)
            {
                foreach (object? value in row)
                    csv.WriteField(TextOf(value));
                csv.EndRecord();
            }
        }
        return new FileContentResult(Encoding.UTF8.GetBytes(text.ToString()), ContentType)
        {
            FileDownloadName = $"{name}.csv",
        };
    }

    private static string TextOf(object? value) => value switch
    {
        null => "",
        DateTimeOffset instant => Format.Machine(instant),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
