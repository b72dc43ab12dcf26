using System.Text;
using System.Text.Json.Nodes;

namespace AtlanticProxy.Web.Tests.Api.Fuzz;

/// <summary>A request that was made up.</summary>
/// <param name="Body">JSON, or what is none; null for no body.</param>
internal sealed record MadeRequest(HttpMethod Method, string Path, string? Body, string? IfMatch, string? Key)
{
    public override string ToString() => $"{Method} {Path} {Body} If-Match {IfMatch}";
}

/// <summary>Makes requests by the description: mostly what it asks for, sometimes anything.</summary>
/// <param name="ids">Of things that are there.</param>
internal sealed class RequestMaker(DescribedApi api, IReadOnlyList<string> ids, Random random)
{
    private static readonly string[] Texts =
    [
        "", " ", "a", "alice", "us", "day", "hour", "country", "example.com", "shop@example.com", "https://example.com/x",
        "192.0.2.0/24", "2026-11-01", "2026-11-01T00:00:00Z", "9999-12-31", "0001-01-01", "-1", "0", "1e9", "null", "true",
        "' or 1=1 --", "%", "\\", "\"", "é", "名前", "\u202e", "a\u0000b", "<b>", "../..", "😀",
    ];

    private static readonly long[] Numbers = [0, 1, -1, 50, 200, 201, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    public MadeRequest Make(DescribedOperation operation)
    {
        string path = operation.Path;
        var query = new List<string>();
        string? ifMatch = null, key = null;
        foreach (var parameter in operation.Parameters)
        {
            string name = parameter["name"]!.GetValue<string>();
            string value = Uri.EscapeDataString(TextFor(api.Resolve(parameter["schema"]!)));
            if (parameter["in"]!.GetValue<string>() == "path")
                path = path.Replace($"{{{name}}}", IsSegment(value) ? value : "x", StringComparison.Ordinal);
            else if (name == "If-Match")
                ifMatch = OneIn(3) ? "\"x\"" : OneIn(8) ? "nonsense" : null;
            else if (name == "Idempotency-Key")
                key = OneIn(4) ? $"{random.Next(40)}" : null;
            else if (name != "fields" && OneIn(3)) // an answer of some of its members has another schema
                query.Add($"{name}={value}");
        }
        if (query.Count > 0)
            path += "?" + string.Join('&', query);
        string? body = operation.Description["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema
            ? BodyFor(schema)
            : null;
        return new MadeRequest(operation.Method, path, body, ifMatch, key);
    }

    /// <summary>What the server itself takes for a part of a path.</summary>
    private static bool IsSegment(string value) =>
        value.Length > 0 && value is not ("." or "..") && !value.Contains("%00", StringComparison.Ordinal);

    private bool OneIn(int times) => random.Next(times) == 0;

    private T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private string BodyFor(JsonNode schema)
    {
        if (OneIn(25))
            return Any(["", "{", "[]", "null", "7", "\"x\"", "{\"a\":1}", "{\"name\":\"a\",\"name\":\"b\"}",
                new string('[', 5000)]);
        return ValueFor(schema)?.ToJsonString() ?? "null";
    }

    private JsonNode? ValueFor(JsonNode described)
    {
        var schema = api.Resolve(described);
        if (schema["oneOf"] is JsonArray choices)
            return ValueFor(Any(choices.ToList())!);
        if (OneIn(12))
            return Any<Func<JsonNode?>>([() => null, () => Any(Numbers), () => Any(Texts), () => new JsonObject(),
                () => new JsonArray(1, null), () => true, () => 1.5])();
        switch (TypeOf(schema))
        {
            case "object":
                var made = new JsonObject();
                foreach (var (name, member) in schema["properties"]!.AsObject())
                    if (OneIn(2) || schema["required"]?.AsArray().Any(one => one!.GetValue<string>() == name) == true)
                        made[name] = ValueFor(member!);
                if (OneIn(20))
                    made["unknown"] = 1;
                return made;
            case "array":
                return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => ValueFor(schema["items"]!))]);
            case "integer":
                return OneIn(3) ? Any(Numbers) : random.Next(1, 1000);
            case "boolean":
                return OneIn(2);
            default:
                return TextFor(schema);
        }
    }

    private string TextFor(JsonObject schema)
    {
        if (schema["enum"] is JsonArray values && !OneIn(6))
            return Any(values.ToList())!.GetValue<string>();
        if (schema["pattern"]?.GetValue<string>() is { } pattern && !OneIn(6))
        {
            string prefix = pattern[1..(pattern.IndexOf('_', StringComparison.Ordinal) + 1)];
            var known = ids.Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            return known.Count > 0 && !OneIn(4) ? Any(known) : $"{prefix}{random.Next(1, 1_000_000)}";
        }
        if (TypeOf(schema) == "integer")
            return $"{(OneIn(3) ? Any(Numbers) : random.Next(1, 200))}";
        return OneIn(5) ? NameOfLetters() : Any(Texts);
    }

    private string NameOfLetters()
    {
        var name = new StringBuilder();
        for (int i = random.Next(3, 33); i > 0; i--)
            name.Append((char)('a' + random.Next(26)));
        return name.ToString();
    }

    private static string? TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => several.Select(one => one!.GetValue<string>()).First(one => one != "null"),
        { } one => one.GetValue<string>(),
        null => null,
    };
}
