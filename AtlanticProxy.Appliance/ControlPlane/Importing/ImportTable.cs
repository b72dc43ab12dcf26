using System.Text;
using AtlanticProxy.ControlPlane.Results;
using CsvHelper;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>A record of the file.</summary>
/// <param name="Line">Of the file, from 1, where it begins.</param>
/// <param name="Cells">As many as the file has columns, exactly as they are written.</param>
internal sealed record ImportRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>
/// A CSV file as a table: RFC 4180, with commas, semicolons or tabs, in UTF-8 with or without a byte order mark.
/// </summary>
internal sealed record ImportTable(IReadOnlyList<string> Headings, IReadOnlyList<ImportRecord> Records)
{
    /// <summary>As large as a form that the portal takes.</summary>
    public const int MaxBytes = 10_000_000;

    /// <summary>Customers and proxy users of the largest reseller that one appliance serves.</summary>
    public const int MaxRecords = 50_000;

    /// <summary>More than the export of any panel has.</summary>
    private const int MaxColumns = 200;

    /// <summary>Of a cell's text and its neighbours: a quote that is never closed would take the whole file.</summary>
    private const int MaxRecordBytes = 100_000;

    private const string Separators = ",;\t";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refused where it is no such table, in words for whoever chose the file.</summary>
    public static Result<ImportTable> Read(byte[] file)
    {
        if (file.Length > MaxBytes)
            return Refusal("import.too_large", "The file is larger than 10 MB: split it, and import the parts.");
        if (!IsUtf8(file))
            return Refusal("import.not_utf8", "The file is not text in UTF-8: save it as “CSV UTF-8”.");
        try
        {
            return ReadRecords(file);
        }
        catch (CsvFormatException wrong)
        {
            return Refusal("import.not_csv",
                $"Line {wrong.LineNumber} is not CSV: a quotation mark is open or misplaced, or the line is too long.");
        }
    }

    private static Result<ImportTable> ReadRecords(byte[] file)
    {
        using var csv = CsvReader.Create(file, new CsvReaderOptions
        {
            Separator = SeparatorOf(file), HasHeader = false, TrackLineNumbers = true, MaxRecordSize = MaxRecordBytes,
            MalformedData = CsvMalformedDataHandling.Throw, IncludeValuesInExceptions = false,
        });
        if (!csv.Read() || csv.FieldCount > MaxColumns)
            return Refusal("import.no_headings", $"The first line names the columns, {MaxColumns} at most.");
        string[] headings = [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).Trim())];
        var records = new List<ImportRecord>();
        while (csv.Read())
        {
            if (csv.FieldCount > headings.Length)
                return Refusal("import.too_many_cells",
                    $"Line {csv.LineNumber} has {csv.FieldCount} cells, and the first line names {headings.Length} columns.");
            if (records.Count == MaxRecords)
                return Refusal("import.too_long",
                    $"The file has more than {MaxRecords:N0} lines: split it, and import the parts.");
            records.Add(new ImportRecord((int)csv.LineNumber,
                [.. headings.Select((_, i) => i < csv.FieldCount ? csv.GetString(i) : "")]));
        }
        return records.Count == 0
            ? Refusal("import.empty", "The file has no lines after the first, which names the columns.")
            : new ImportTable(headings, records);
    }

    /// <summary>The one that the first line has most of.</summary>
    private static char SeparatorOf(ReadOnlySpan<byte> file)
    {
        int end = file.IndexOfAny((byte)'\r', (byte)'\n');
        string first = Encoding.UTF8.GetString(end < 0 ? file : file[..end]);
        return Separators.MaxBy(separator => first.Count(c => c == separator));
    }

    private static bool IsUtf8(byte[] file)
    {
        try
        {
            Utf8.GetCharCount(file);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static Error Refusal(string code, Phrase message) => new(ErrorKind.Invalid, code, message, "File");
}
