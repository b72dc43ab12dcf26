using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>A proxy as a tool takes it.</summary>
/// <param name="Password">Or what stands in its place while it is hidden.</param>
internal sealed record Endpoint(EndpointProtocol Protocol, string Username, string Password)
{
    /// <summary>With the name and the password in it, each encoded (RFC 3986 section 3.2.1).</summary>
    public string Url(string? scheme = null) => $"{scheme ?? Protocol.Scheme}://{Uri.EscapeDataString(Username)}:"
        + $"{Uri.EscapeDataString(Password)}@{Protocol.Host}:{Port}";

    public string Port => Protocol.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => Username;
}

/// <summary>A way to write endpoints.</summary>
/// <param name="Pattern">Of a line, with fields in braces; null where a document is no list of lines.</param>
internal sealed partial record EndpointFormat(string Id, Phrase Label, string? Pattern)
{
    public const string Colons = "colons", Json = "json", Csv = "csv", Own = "own";

    /// <summary>As long as a line of any tool.</summary>
    public const int MaxPatternLength = 200;

    private const string DefaultPattern = "{host}:{port}:{user}:{pass}";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly IReadOnlyList<EndpointFormat> All =
    [
        new(Colons, "host:port:user:pass", DefaultPattern),
        new("at", "user:pass@host:port", "{user}:{pass}@{host}:{port}"),
        new("url", "URL", "{url}"),
        new(Json, "JSON", null),
        new(Csv, "CSV", null),
        new(Own, "Your own pattern", ""),
    ];

    public static EndpointFormat Find(string? id) => All.FirstOrDefault(format => format.Id == id) ?? All[0];

    /// <summary>A pattern as it was typed, on one line; the default one when nothing was.</summary>
    public static string PatternOf(string? typed)
    {
        string pattern = string.Concat((typed ?? "").Where(c => !char.IsControl(c))).Trim();
        return pattern.Length == 0 ? DefaultPattern : pattern[..Math.Min(pattern.Length, MaxPatternLength)];
    }

    /// <summary>The first field of a pattern that is none, in its braces; null when all are.</summary>
    public static string? UnknownField(string pattern) => Fields().Matches(pattern).Select(match => match.Value)
        .FirstOrDefault(field => field is not ("{host}" or "{port}" or "{user}" or "{pass}" or "{url}"));

    /// <summary>All of <paramref name="endpoints"/> as one text.</summary>
    /// <param name="pattern">For <see cref="Own"/>.</param>
    public string Write(IReadOnlyList<Endpoint> endpoints, string pattern) => Id switch
    {
        Json => $"[\n{string.Join(",\n", endpoints.Select(JsonOf))}\n]",
        Csv => string.Join('\n', endpoints.Select(CsvOf).Prepend("protocol,host,port,username,password")),
        Own => string.Join('\n', endpoints.Select(endpoint => LineOf(endpoint, pattern))),
        _ => string.Join('\n', endpoints.Select(endpoint => LineOf(endpoint, Pattern!))),
    };

    // One pass: what a name or a password has in braces is text.
    private static string LineOf(Endpoint endpoint, string pattern) => Fields().Replace(pattern, field => field.Value switch
    {
        "{host}" => endpoint.Protocol.Host,
        "{port}" => endpoint.Port,
        "{user}" => endpoint.Username,
        "{pass}" => endpoint.Password,
        "{url}" => endpoint.Url(),
        _ => field.Value,
    });

    private static string JsonOf(Endpoint endpoint) => "  " + JsonSerializer.Serialize(
        new
        {
            protocol = endpoint.Protocol.Id, host = endpoint.Protocol.Host, port = endpoint.Protocol.Port,
            username = endpoint.Username, password = endpoint.Password,
        },
        Readable);

    private static string CsvOf(Endpoint endpoint) => string.Join(',', new[]
    {
        endpoint.Protocol.Id, endpoint.Protocol.Host, endpoint.Port, endpoint.Username, endpoint.Password,
    }.Select(Quoted));

    /// <summary>RFC 4180 section 2: quoted where it must be.</summary>
    private static string Quoted(string value) => value.AsSpan().ContainsAny(",\"\r\n")
        ? new StringBuilder(value).Replace("\"", "\"\"").Insert(0, '"').Append('"').ToString()
        : value;

    [GeneratedRegex(@"\{[a-z]*\}")]
    private static partial Regex Fields();
}
