using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>What an endpoint can be.</summary>
internal static class WebhookRules
{
    /// <summary>Of one owner: each is told separately, of the same.</summary>
    public const int MaxEndpoints = 10;

    private const int MaxUrlLength = 2000;

    public static readonly Error NoSuchEndpoint =
        new(ErrorKind.NotFound, "webhook.not_found", "There is no such webhook.");

    public static Error? Check(string url, IReadOnlyList<string> kinds, WebhookOptions options)
    {
        if (!IsAddress(url, options))
            return new Error(ErrorKind.Invalid, "webhook.url_invalid",
                "Give an address such as https://example.com/hooks, without a user name in it.", "Url");
        return kinds.FirstOrDefault(kind => !EventKinds.All.Contains(kind)) is { } unknown
            ? new Error(ErrorKind.Invalid, "webhook.kind_unknown", $"There is no event '{unknown}'. There are "
                + $"{string.Join(", ", EventKinds.All)}.", "Kinds")
            : null;
    }

    /// <summary>Whether something can be posted there: by HTTPS, or on a network that is allowed.</summary>
    public static bool IsAddress(string url, WebhookOptions options) =>
        url.Length <= MaxUrlLength && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo is ""
        && (uri.Scheme == Uri.UriSchemeHttps || (options.AllowedPrivateNetworks.Count > 0 && uri.Scheme == Uri.UriSchemeHttp));

    /// <summary>Only what the scope may see. A customer sees their own, staff all.</summary>
    public static IQueryable<WebhookEndpoint> VisibleTo(this IQueryable<WebhookEndpoint> endpoints, Scope scope) =>
        scope.CustomerId is { } only ? endpoints.Where(row => row.CustomerId == only) : endpoints;
}
