using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace AtlanticProxy.Benchmarks.Endurance;

/// <summary>Somebody signed in to the portal, who looks at its pages one at a time, in a browser without scripts.</summary>
internal sealed partial class PortalVisitor : IDisposable
{
    private const string SignInPath = "/sign-in";

    /// <summary>More pages than the portal has with the demonstration's data: links to ever new pages would not end.</summary>
    private const int MostPages = 300;

    /// <summary>Of the session.</summary>
    public CookieContainer Cookies { get; } = new();

    private readonly HttpClient _http;
    private readonly List<string> _pages = [];
    private int _next;

    private PortalVisitor(Uri portal) =>
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.All,
            CookieContainer = Cookies,
        }) { BaseAddress = portal };

    /// <summary>Paths that may be looked at, each answered with a page.</summary>
    public IReadOnlyList<string> Pages => _pages;

    /// <summary>Signs in as people do: gets the form, and sends it with its token.</summary>
    /// <exception cref="InvalidOperationException">Refused.</exception>
    public static async Task<PortalVisitor> SignInAsync(Uri portal, string email, string password)
    {
        var visitor = new PortalVisitor(portal);
        string form = await visitor._http.GetStringAsync(new Uri(SignInPath, UriKind.Relative));
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Email"] = email, ["Password"] = password, ["__RequestVerificationToken"] = Token().Match(form).Groups[1].Value,
        });
        using var answer = await visitor._http.PostAsync(new Uri(SignInPath, UriKind.Relative), fields);
        if (answer.StatusCode != HttpStatusCode.Redirect)
            throw new InvalidOperationException($"{email} cannot sign in: {answer.StatusCode}");
        return visitor;
    }

    /// <summary>
    /// Finds all pages that links lead to, from the menu of the first one on. Styles, scripts and pictures are fetched once.
    /// </summary>
    /// <returns>Pages looked at meanwhile.</returns>
    public async Task<int> CrawlAsync()
    {
        var seen = new HashSet<string>();
        var waiting = new Queue<string>(["/"]);
        while (waiting.TryDequeue(out string? path))
        {
            if (!seen.Add(path))
                continue;
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
            if (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location is { } location)
                waiting.Enqueue(PathOf(location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString));
            else if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{path}: {answer.StatusCode}");
            else if (answer.Content.Headers.ContentType?.MediaType == "text/html")
            {
                _pages.Add(path);
                foreach (Match link in Link().Matches(await answer.Content.ReadAsStringAsync()))
                    if (PathOf(link.Groups[1].Value) is { Length: > 0 } next && _pages.Count + waiting.Count < MostPages)
                        waiting.Enqueue(next);
            }
            else
                await answer.Content.LoadIntoBufferAsync();
        }
        return _pages.Count;
    }

    /// <summary>Looks at the next page; after the last the first follows.</summary>
    /// <returns>Bytes of it, unpacked.</returns>
    public async Task<long> LookAsync()
    {
        string path = _pages[_next++ % _pages.Count];
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {answer.StatusCode}");
        return (await answer.Content.ReadAsByteArrayAsync()).Length;
    }

    /// <summary>Opens a page.</summary>
    /// <returns>Milliseconds until its first byte.</returns>
    /// <exception cref="InvalidOperationException">Refused.</exception>
    public async Task<double> OpenAsync(string path)
    {
        long asked = Stopwatch.GetTimestamp();
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        double firstByte = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {answer.StatusCode}");
        await answer.Content.LoadIntoBufferAsync();
        return firstByte;
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(string link) => WebUtility.HtmlDecode(link).Split('#')[0];

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    // Of this portal only: a path, and not one that begins with two slashes.
    [GeneratedRegex("(?:href|src)=\"(/(?!/)[^\"]*)\"")]
    private static partial Regex Link();
}
