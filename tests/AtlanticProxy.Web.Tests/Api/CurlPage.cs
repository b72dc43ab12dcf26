using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>Writes docs/api-operations.md: each operation of the description with a curl command and an answer.</summary>
internal static class CurlPage
{
    private const string Beginning = """
        # Web API: each operation by curl

        Written from the [description](openapi.json) by a test, which also runs each command. [How the API works](api.md) says
        what holds for all of them; [recipes](recipes.md) put them together.

            export PORTAL=https://proxy.example.com TOKEN=ap_…


        """;

    private static readonly JsonSerializerOptions Plain = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(JsonNode description)
    {
        var text = new StringBuilder(Beginning);
        var operations =
            from path in description["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select (Path: path.Key, Method: operation.Key.ToUpperInvariant(), Operation: operation.Value!);
        foreach (var group in operations.GroupBy(one => one.Operation["tags"]![0]!.GetValue<string>(), StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group.Key}\n\n");
            foreach (var (path, method, operation) in group)
                Write(text, path, method, operation);
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The commands of a page that was written so, one after the other.</summary>
    public static IReadOnlyList<string> CommandsOf(string page) =>
        [.. page.Split("```sh\n")[1..].Select(rest => rest.Split("\n```")[0])];

    private static void Write(StringBuilder text, string path, string method, JsonNode operation)
    {
        var parameters = operation["parameters"]?.AsArray().OfType<JsonNode>().ToList() ?? [];
        text.Append(CultureInfo.InvariantCulture, $"### {operation["summary"]}\n\n`{method} {path}`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{operation["description"]}\n\n");
        // "fields" is the same everywhere, and api.md has it.
        var asked = parameters.Where(one => Said(one, "in") == "query" && Said(one, "name") != "fields").ToList();
        if (asked.Count > 0)
        {
            text.Append("| parameter | |\n|---|---|\n");
            foreach (var one in asked)
                text.Append(CultureInfo.InvariantCulture, $"| `{Said(one, "name")}` | {Meaning(one)} |\n");
            text.Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"```sh\n{Command(path, method, operation, parameters)}\n```\n\n");
        if (AnswerOf(operation) is { } answer)
            text.Append(CultureInfo.InvariantCulture, $"```json\n{answer.ToJsonString(Plain)}\n```\n\n");
    }

    private static string Command(string path, string method, JsonNode operation, List<JsonNode> parameters)
    {
        foreach (var one in parameters.Where(one => Said(one, "in") == "path"))
            path = path.Replace($"{{{Said(one, "name")}}}", ExampleOf(one), StringComparison.Ordinal);
        string verb = method == "GET" ? "" : $"-X {method} ";
        string save = operation["responses"]!["200"]?["content"]?["application/pdf"] is null ? "" : "-o invoice.pdf ";
        var lines = new List<string> { $"curl {verb}{save}\"$PORTAL{path}\"", "-H \"Authorization: Bearer $TOKEN\"" };
        if (method == "POST")
            lines.Add("-H \"Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)\"");
        if (operation["requestBody"]?["content"]?["application/json"]?["example"] is { } body)
            lines.AddRange("-H \"Content-Type: application/json\"", $"-d '{body.ToJsonString(Plain)}'");
        return string.Join(" \\\n  ", lines);
    }

    /// <summary>The answer's example; null: it has no JSON.</summary>
    private static JsonNode? AnswerOf(JsonNode operation) => operation["responses"]!.AsObject()
        .Where(answer => answer.Key.StartsWith('2')).Select(answer => answer.Value?["content"]?["application/json"]?["example"])
        .FirstOrDefault();

    private static string Meaning(JsonNode parameter) =>
        (parameter["schema"]!["enum"]?.AsArray() is { } values
            ? $"{Said(parameter, "description")} {string.Join(", ", values.Select(value => $"`{value}`"))}"
            : Said(parameter, "description")).Trim();

    /// <summary>Of an id's pattern, its prefix and a figure.</summary>
    private static string ExampleOf(JsonNode parameter) =>
        parameter["schema"]!["pattern"]?.GetValue<string>() is { } pattern
            ? $"{pattern.TrimStart('^').Split('[')[0]}7"
            : parameter["schema"]!["example"]?.GetValue<string>() ?? "backup";

    private static string Said(JsonNode node, string member) => node[member]?.GetValue<string>() ?? "";
}
