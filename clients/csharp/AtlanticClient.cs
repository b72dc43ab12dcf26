using AtlanticProxy.Client.Api.V1;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace AtlanticProxy.Client;

/// <summary>The web API of a portal, for programs: <c>client.V1.ProxyUsers.GetAsync()</c>.</summary>
public sealed class AtlanticClient : IDisposable
{
    private readonly HttpClientRequestAdapter _requests;

    /// <param name="portal">Such as <c>https://proxy.example.com</c>.</param>
    /// <param name="token">Of the portal's page of API tokens: <c>ap_…</c>. It is sent to this portal alone.</param>
    public AtlanticClient(Uri portal, string token)
    {
        ArgumentNullException.ThrowIfNull(portal);
        _requests = new HttpClientRequestAdapter(
            new BaseBearerTokenAuthenticationProvider(new OneToken(token, new AllowedHostsValidator([portal.Host]))))
        {
            BaseUrl = portal.GetLeftPart(UriPartial.Authority),
        };
        V1 = new GeneratedClient(_requests).Api.V1;
    }

    public V1RequestBuilder V1 { get; }

    public void Dispose() => _requests.Dispose();

    private sealed class OneToken(string token, AllowedHostsValidator hosts) : IAccessTokenProvider
    {
        public AllowedHostsValidator AllowedHostsValidator => hosts;

        public Task<string> GetAuthorizationTokenAsync(
            Uri uri, Dictionary<string, object>? additionalAuthenticationContext = null,
            CancellationToken cancellationToken = default) =>
            Task.FromResult(hosts.IsUrlHostValid(uri) ? token : "");
    }
}
