using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>
/// A program that fetches a page through an endpoint. Its text is in <c>Samples/</c>: fields in double braces stand in string
/// literals of its language, and are escaped for them.
/// </summary>
/// <param name="Group">Its tab.</param>
/// <param name="File">What it is saved as; null for what is no program but a few steps.</param>
/// <param name="Escape">Makes a text the inside of a string literal.</param>
/// <param name="SocksScheme">How its URLs name SOCKS5 with names resolved at the exit; null when it does not speak it.</param>
/// <param name="SpeaksTls">Whether it can reach the proxy inside TLS.</param>
internal sealed partial record CodeSample(
    string Id, string Group, string Label, string? File, Func<string, string> Escape, string? SocksScheme = null,
    bool SpeaksTls = false)
{
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    public static readonly IReadOnlyList<CodeSample> All =
    [
        new("curl", "curl", "curl", "fetch.sh", StringLiteral.OfShell, "socks5h", SpeaksTls: true),
        new("requests", "Python", "requests", "fetch.py", StringLiteral.OfDoubleQuotes, "socks5h", SpeaksTls: true),
        new("httpx", "Python", "httpx", "fetch.py", StringLiteral.OfDoubleQuotes, "socks5", SpeaksTls: true),
        new("aiohttp", "Python", "aiohttp", "fetch.py", StringLiteral.OfDoubleQuotes),
        new("scrapy", "Python", "Scrapy", "spider.py", StringLiteral.OfDoubleQuotes),
        new("undici", "Node.js", "undici", "fetch.mjs", StringLiteral.OfDoubleQuotes),
        new("got", "Node.js", "got", "fetch.mjs", StringLiteral.OfDoubleQuotes),
        new("puppeteer", "Node.js", "Puppeteer", "fetch.mjs", StringLiteral.OfDoubleQuotes),
        new("playwright", "Node.js", "Playwright", "fetch.mjs", StringLiteral.OfDoubleQuotes),
        new("go", "Go", "net/http", "main.go", StringLiteral.OfDoubleQuotes, "socks5", SpeaksTls: true),
        new("csharp", "C#", "HttpClient", "fetch.cs", StringLiteral.OfDoubleQuotes, "socks5"),
        new("java", "Java", "HttpClient", "Fetch.java", StringLiteral.OfDoubleQuotes),
        new("php", "PHP", "cURL", "fetch.php", StringLiteral.OfSingleQuotes, "socks5h", SpeaksTls: true),
        new("ruby", "Ruby", "Net::HTTP", "fetch.rb", StringLiteral.OfSingleQuotes),
        new(Browser, "Browser", "Browser", null, text => text),
        new(Phone, "Phone", "Phone", null, text => text),
    ];

    public const string Browser = "browser", Phone = "phone";

    /// <summary>A tab in words: most are names of languages.</summary>
    public static Phrase NameOf(string group) => group switch
    {
        "Browser" => (Phrase)"Browser",
        "Phone" => "Phone",
        _ => Phrase.Verbatim(group),
    };

    /// <summary>Rather than a line for a shell.</summary>
    public bool IsProgram => Group != "curl";

    public static CodeSample Find(string? id) => All.FirstOrDefault(sample => sample.Id == id) ?? All[0];

    /// <summary>Whether it can speak to the proxy so.</summary>
    public bool Speaks(string protocol) => protocol switch
    {
        EndpointProtocol.Http => true,
        EndpointProtocol.Socks5 => SocksScheme is not null,
        EndpointProtocol.Tls => SpeaksTls,
        _ => false,
    };

    /// <summary>The program.</summary>
    /// <param name="endpoint">Of a protocol that it speaks.</param>
    /// <param name="target">Address of the page that it fetches.</param>
    public string Write(Endpoint endpoint, string target)
    {
        string scheme = endpoint.Protocol.Id == EndpointProtocol.Socks5 ? SocksScheme! : endpoint.Protocol.Scheme;
        return Fields().Replace(Texts.GetOrAdd(Id, Read), field => Escape(field.Groups[1].Value switch
        {
            "url" => endpoint.Url(scheme),
            "server" => $"{scheme}://{endpoint.Protocol.Host}:{endpoint.Port}",
            "host" => endpoint.Protocol.Host,
            "port" => endpoint.Port,
            "user" => endpoint.Username,
            "pass" => endpoint.Password,
            "target" => target,
            var other => throw new InvalidOperationException($"The sample {Id} has a field {other}, which there is not."),
        }));
    }

    private static string Read(string id)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"samples/{id}.txt")
            ?? throw new InvalidOperationException($"There is no sample {id}.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().TrimEnd();
    }

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Fields();
}
