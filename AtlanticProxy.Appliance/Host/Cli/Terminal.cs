using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli;

/// <summary>How a verb answers: text for people, or one JSON value with <c>--json</c>. Refusals go to standard error.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For a terminal, not for a page.
        Converters = { new JsonStringEnumConverter(Spelling.Policy) },
    };

    public TextWriter Error => error;

    /// <summary>Answers, and returns the exit code for success.</summary>
    public int Done<T>(T value, params IEnumerable<string> lines)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(value, Format));
        else
            foreach (string line in lines)
                output.WriteLine(line);
        return CommandLine.Done;
    }

    /// <summary>A list: a table for people.</summary>
    public int List<T>(IReadOnlyList<T> rows, params (string Heading, Func<T, string> Cell)[] columns) =>
        List(rows, row => row, columns);

    /// <summary>A list: a table for people, and for programs what <paramref name="view"/> makes of each row.</summary>
    public int List<T>(IReadOnlyList<T> rows, Func<T, object?> view, params (string Heading, Func<T, string> Cell)[] columns)
    {
        return json || rows.Count == 0 ? Done(rows.Select(view)) : Done(rows, Table(rows, columns));
    }

    /// <summary>Lines of a table with its headings, for people.</summary>
    public static IEnumerable<string> Table<T>(
        IReadOnlyList<T> rows, params (string Heading, Func<T, string> Cell)[] columns)
    {
        var cells = rows.Select(row => columns.Select(column => column.Cell(row)).ToArray())
            .Prepend([.. columns.Select(column => column.Heading)]).ToList();
        int[] widths = [.. columns.Select((_, i) => cells.Max(line => line[i].Length))];
        return cells.Select(line => string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>As <c>--json</c> writes it, with other values for some members.</summary>
    public static JsonObject View<T>(T value, params (string Name, JsonNode? Value)[] others)
    {
        var view = JsonSerializer.SerializeToNode(value, Format)!.AsObject();
        foreach (var (name, other) in others)
            view[name] = other;
        return view;
    }

    /// <summary>Says what is wrong, and returns the exit code for failure.</summary>
    public int Fail(params IReadOnlyList<string> messages)
    {
        if (json)
            error.WriteLine(JsonSerializer.Serialize(new { errors = messages.Select(message => new { message }) }, Format));
        else
            foreach (string message in messages)
                error.WriteLine(message);
        return CommandLine.Failed;
    }

    /// <inheritdoc cref="Fail(IReadOnlyList{string})"/>
    public int Fail(Result result)
    {
        if (json)
            error.WriteLine(JsonSerializer.Serialize(new { errors = result.Errors }, Format));
        else
            foreach (var wrong in result.Errors)
                error.WriteLine(wrong.Message);
        return CommandLine.Failed;
    }
}
