using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>What came back, with its body read.</summary>
internal sealed record Answer(HttpResponseMessage Response, string Body)
{
    public HttpStatusCode Status => Response.StatusCode;

    /// <summary>Path and query that it redirects to; empty when it does not.</summary>
    public string Location => Response.Headers.Location is { } location
        ? location.IsAbsoluteUri ? location.PathAndQuery + location.Fragment : location.OriginalString
        : "";

    /// <summary>The body as a browser reads it.</summary>
    public string Text => WebUtility.HtmlDecode(Body);
}

/// <summary>
/// A browser without scripts: cookies, forms with their antiforgery token, no following of redirects unless asked.
/// </summary>
internal sealed partial class Visitor(Uri address) : IDisposable
{
    /// <summary>Of its session, for clients that are not this one.</summary>
    public CookieContainer Cookies { get; } = new();

    // A refusal of a body is waited for, however long it takes: without, the body is sent after a second, and the refusal may get
    // lost in the reset.
    private HttpClient? _client;

    public HttpClient Http => _client ??=
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = Cookies,
            Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = address };

    public async Task SignInAsync(string email)
    {
        var answer = await PostAsync("/sign-in", new() { ["Email"] = email, ["Password"] = RunningPortal.Password });
        Assert.AreEqual(HttpStatusCode.Redirect, answer.Status, answer.Text);
    }

    public async Task<Answer> GetAsync(string path)
    {
        var response = await Http.GetAsync(path);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a form as its page would, token included.</summary>
    public async Task<Answer> PostAsync(string path, Dictionary<string, string>? fields = null) =>
        await PostBareAsync(path, new(fields ?? []) { ["__RequestVerificationToken"] = await TokenAsync() });

    /// <summary>Sends a form with a file, as its page would.</summary>
    public async Task<Answer> PostFileAsync(string path, string field, string name, byte[] file)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent(await TokenAsync()), "__RequestVerificationToken" },
            { new ByteArrayContent(file), field, name },
        };
        var response = await Http.PostAsync(path, content);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a form without an antiforgery token.</summary>
    public async Task<Answer> PostBareAsync(string path, Dictionary<string, string>? fields = null)
    {
        using var content = new FormUrlEncodedContent(fields ?? []);
        var response = await Http.PostAsync(path, content);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    public async Task<Answer> FollowAsync(Answer answer)
    {
        Assert.AreEqual(HttpStatusCode.Redirect, answer.Status, answer.Text);
        return await GetAsync(answer.Location.Split('#')[0]);
    }

    public void Dispose() => _client?.Dispose();

    private async Task<string> TokenAsync()
    {
        var page = await GetAsync("/sign-in"); // or, for who is signed in, the first page
        while (page.Location.Length > 0)
            page = await GetAsync(page.Location);
        return TokenField().Match(page.Body).Groups[1].Value;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
