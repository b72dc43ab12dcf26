using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>An answer of the API.</summary>
/// <param name="Body">Nothing where it is no JSON.</param>
internal sealed record ApiAnswer(HttpResponseMessage Response, string Text, JsonElement Body)
{
    public HttpStatusCode Status => Response.StatusCode;

    public string this[string member] => Body.GetProperty(member) is { ValueKind: JsonValueKind.String } text
        ? text.GetString()!
        : Body.GetProperty(member).GetRawText();

    public string Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";

    /// <summary>It is a problem with this code, and about this field.</summary>
    public void IsProblem(HttpStatusCode status, string code, string? field = null)
    {
        Assert.AreEqual((status, code), (Status, this["code"]), Body.ToString());
        Assert.AreEqual("application/problem+json", Response.Content.Headers.ContentType?.MediaType);
        Assert.AreEqual($"{(int)status}", this["status"]);
        Assert.AreEqual(field ?? "null", this["field"]);
        Assert.AreEqual(Header("X-Request-Id"), this["requestId"]);
        Assert.IsGreaterThan(8, this["detail"].Length);
    }
}

/// <summary>A program with a token.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Every scope, and those that a customer's token can have.</summary>
    public static readonly string[] AllScopes = [.. Enum.GetValues<TokenScope>().Select(TokenScopes.NameOf)];

    public static readonly string[] CustomerScopes =
        [.. Enum.GetValues<TokenScope>().Where(scope => TokenScopes.IsFor(scope, TokenKind.Personal)).Select(TokenScopes.NameOf)];

    private readonly HttpClient _http;

    public ApiClient(SeededPortal portal, string? token) => _http = new HttpClient(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
            Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
    {
        BaseAddress = portal.Portal.Address,
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>With a token of one of a customer's people.</summary>
    public static async Task<ApiClient> OfAsync(SeededPortal portal, string email, params string[] scopes) =>
        new(portal, (await TokenAsync(portal, email, scopes)).Token);

    /// <summary>Makes a token for whoever has this address.</summary>
    public static async Task<CreatedToken> TokenAsync(SeededPortal portal, string email, params string[] scopes)
    {
        long user = await portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{email}'");
        long customer = await portal.Portal.Database.ScalarAsync<long>(
            $"select coalesce(customer_id, 0) from users where email = '{email}'");
        return (await portal.Portal.UseAsync((CreateToken create) => create.ExecuteAsync(
            new(new(user, customer == 0 ? null : customer, true), customer == 0 ? TokenKind.Staff : TokenKind.Personal, "Test",
                scopes, null, []), default))).Value;
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, object? body = null, string? key = null) =>
        SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", key));

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, object? body = null, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1{path}");
        request.Headers.ExpectContinue = body is string { Length: > 1_000_000 }; // its refusal comes before it is sent
        if (body is string raw)
            request.Content = new StringContent(raw, System.Text.Encoding.UTF8, "application/json");
        else if (body is not null)
            request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        var response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        bool isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or ApiProblem.MediaType;
        return new ApiAnswer(response, text, isJson ? JsonSerializer.Deserialize<JsonElement>(text) : default);
    }

    public void Dispose() => _http.Dispose();
}
