using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.Certificates;

/// <summary>What went wrong with an order, said so that a person knows what to do.</summary>
internal static partial class AcmeErrors
{
    /// <summary>Longer details fit no page; the log has all.</summary>
    private const int MaxDetail = 400;

    /// <param name="output">All that lego said.</param>
    /// <param name="hostName">What the order was for.</param>
    public static string Describe(string output, string hostName)
    {
        var lines = Lines(output);
        if (Last(lines) is { } problem)
            return $"{Advice(problem.Groups["type"].Value, hostName)} It said: {Short(problem.Groups["detail"].Value)}";
        string last = Short(lines.Count > 0 ? Timestamp().Replace(lines[^1], "") : "it said nothing.");
        return last.Contains("get directory at", StringComparison.Ordinal)
            ? $"The authority cannot be reached. Check Acme:Directory and that this server may connect to it. It said: {last}"
            : $"lego failed: {last}";
    }

    /// <summary>The authority's own name for it: RFC 8555 section 6.7, without its prefix. Null when it said none.</summary>
    public static string? ProblemOf(string output) => Last(Lines(output))?.Groups["type"].Value;

    /// <summary>Whether the authority does not know our account any more.</summary>
    public static bool IsAccountGone(string output) =>
        output.Contains("urn:ietf:params:acme:error:accountDoesNotExist", StringComparison.Ordinal);

    /// <summary>When the authority says until when it must be left alone; null when it does not.</summary>
    public static DateTimeOffset? RetryAfter(string error) =>
        RetryAfterTime().Match(error) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            $"{match.Groups["day"].Value} {match.Groups["time"].Value}", "yyyy-MM-dd HH:mm:ss",
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var until) ? until : null;

    /// <summary>Those that lego retried by itself are lines of [INFO]; the last of the others ended it.</summary>
    private static List<string> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("[INFO]", StringComparison.Ordinal))];

    private static Match? Last(List<string> lines) =>
        lines.Select(line => Problem().Match(line)).LastOrDefault(match => match.Success);

    /// <summary>What happened, and what to do about it.</summary>
    /// <param name="type">RFC 8555 section 6.7, without its prefix.</param>
    private static string Advice(string type, string hostName) => type switch
    {
        "connection" or "tls" =>
            $"The authority could not connect to http://{hostName}/. Check that the name's DNS records lead to this server "
            + "(IPv6 ones, too) and that port 80 is open in every firewall.",
        "dns" => $"The authority found no address for {hostName}. Add a DNS record that leads to this server.",
        "unauthorized" or "incorrectResponse" =>
            $"The authority reached another server at http://{hostName}/, or one that does not answer its challenge. Check that "
            + "the name's DNS records lead here, and that what stands before this server passes on /.well-known/acme-challenge/.",
        "caa" => $"A CAA record of {hostName} forbids this authority. Add it to the record, or use another authority.",
        "rateLimited" => "The authority has had too many requests, and is left alone for a while.",
        "rejectedIdentifier" or "unsupportedIdentifier" =>
            $"The authority issues no certificates for {hostName}. Use a public name that is yours.",
        "invalidContact" or "unsupportedContact" => "The authority does not accept Acme:Email.",
        "externalAccountRequired" =>
            "The authority demands an account that was made elsewhere, which is not supported. Use another in Acme:Directory.",
        "userActionRequired" => "The authority waits for you, for example to accept new terms.",
        "accountDoesNotExist" =>
            "The authority does not know this appliance's account any more; the next attempt makes another.",
        "badNonce" or "serverInternal" => "The authority had a fault of its own, and is asked again later.",
        _ => $"The authority refused ({type}).",
    };

    /// <summary>As the end of a sentence.</summary>
    private static string Short(string text) => text.Length > MaxDetail
        ? text[..MaxDetail] + "…"
        : text.EndsWith('.')
        ? text
        : text + ".";

    [GeneratedRegex(@"urn:ietf:params:acme:error:(?<type>\w+) :: (?<detail>.*?)(, url: *)?$")]
    private static partial Regex Problem();

    [GeneratedRegex(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"retry after (?<day>\d{4}-\d\d-\d\d)[ T](?<time>\d\d:\d\d:\d\d)")]
    private static partial Regex RetryAfterTime();
}
