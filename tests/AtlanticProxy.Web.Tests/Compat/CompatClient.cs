using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>A script that was written against a vendor: another base address, another key.</summary>
internal sealed partial class CompatClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _root;

    /// <param name="authorization">The header; null: none.</param>
    public CompatClient(SeededPortal portal, string vendor, string? authorization)
    {
        _root = $"/compat/{vendor}";
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
        {
            BaseAddress = portal.Portal.Address,
        };
        if (authorization is not null)
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
    }

    /// <summary>A new customer's, with every scope that it can have.</summary>
    /// <param name="scheme">Before the key, with its space.</param>
    public static async Task<(SeededPortal Portal, SeededCustomer Customer, CompatClient Client)> StartAsync(
        string vendor, string scheme)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        return (portal, customer, await OfAsync(portal, vendor, scheme, customer.Email, ApiClient.CustomerScopes));
    }

    public static async Task<CompatClient> OfAsync(
        SeededPortal portal, string vendor, string scheme, string email, params string[] scopes) =>
        new(portal, vendor, scheme + (await ApiClient.TokenAsync(portal, email, scopes)).Token);

    public Task<ApiAnswer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, _root + path);
        request.Content = body is string raw
            ? new StringContent(raw, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded") // as curl -d sends it
            : body is null ? null : JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        bool isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new ApiAnswer(response, text, isJson ? JsonSerializer.Deserialize<JsonElement>(text) : default);
    }

    /// <summary>The answer is this, to the letter; times in it count as <c>T</c>.</summary>
    /// <param name="json">May be written on several lines.</param>
    public static void Is(ApiAnswer answer, HttpStatusCode status, string json)
    {
        json = LineBreaks().Replace(json, "");
        Assert.AreEqual((status, json), (answer.Status, Times().Replace(answer.Text, "\"T\"")));
        if (json.Length > 0)
            Assert.AreEqual("application/json", answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.IsGreaterThan(4, answer.Header("X-Request-Id").Length);
    }

    public void Dispose() => _http.Dispose();

    public static string OnOneLine(string json) => LineBreaks().Replace(json, "");

    [GeneratedRegex("\\s*\n\\s*")]
    private static partial Regex LineBreaks();

    [GeneratedRegex("\"\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z?\"")]
    private static partial Regex Times();
}
