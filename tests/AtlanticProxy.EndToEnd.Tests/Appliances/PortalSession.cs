using System.Net;
using System.Text.RegularExpressions;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>A browser without JavaScript, signed in to the portal.</summary>
public sealed partial class PortalSession : IDisposable
{
    private readonly HttpClient _http;

    private PortalSession(Uri portal) =>
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = portal };

    public static async Task<PortalSession> SignInAsync(Uri portal, string email, string password)
    {
        var session = new PortalSession(portal);
        string form = await session.GetAsync("/sign-in");
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Email"] = email,
            ["Password"] = password,
            ["__RequestVerificationToken"] = Antiforgery().Match(form).Groups[1].Value,
        });
        using var response = await session._http.PostAsync(new Uri("/sign-in", UriKind.Relative), fields);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreNotEqual("/sign-in", response.RequestMessage!.RequestUri!.AbsolutePath,
            "Signed in, one is led away from the form.");
        return session;
    }

    public async Task<string> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        string page = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, page);
        return page;
    }

    public async Task<HttpStatusCode> StatusOfAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }

    /// <summary>Presses a button of a page whose form goes to <paramref name="action"/>; the page that it leads to.</summary>
    public async Task<string> PressAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        string token = Antiforgery().Match(await GetAsync(page)).Groups[1].Value;
        using var form = new FormUrlEncodedContent(
            [KeyValuePair.Create("__RequestVerificationToken", token),
                .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var response = await _http.PostAsync(new Uri(action, UriKind.Relative), form);
        string shown = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, shown);
        return shown;
    }

    /// <summary>Sends a form as no page of ours would: without its antiforgery token.</summary>
    public async Task<HttpStatusCode> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), form);
        return response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}
