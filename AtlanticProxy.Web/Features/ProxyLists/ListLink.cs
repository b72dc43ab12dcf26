using AtlanticProxy.Web.Features.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>Addresses of lists.</summary>
internal static class ListLink
{
    public const string Path = "/lists";

    /// <param name="host">Scheme and host that the portal was reached by.</param>
    public static string Of(string host, string token, string extension, string query = "") =>
        $"{host}{Path}/{token}.{extension}{query}";

    public static string HostOf(HttpRequest request) => $"{request.Scheme}://{request.Host}";

    /// <summary>The token, and what follows the first dot.</summary>
    public static (string Token, string Extension) Split(string file)
    {
        int dot = file.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (file, "") : (file[..dot], file[(dot + 1)..]);
    }

    /// <summary>What a link of lines asks for, so that it gives what the page of endpoints shows.</summary>
    /// <param name="choice">In range.</param>
    public static string QueryOf(EndpointChoice choice)
    {
        var query = new QueryBuilder();
        Add("format", choice.Format is EndpointFormat.Colons or EndpointFormat.Json or EndpointFormat.Csv ? "" : choice.Format!);
        Add("pattern", choice.Format == EndpointFormat.Own ? choice.Pattern! : "");
        Add("country", choice.Country!);
        Add("state", choice.State!);
        Add("city", choice.KnownCity?.Key ?? "");
        Add("network", choice.KnownNetwork is { } network ? $"AS{network.Number}" : "");
        if (choice.IsSticky)
        {
            Add("ttl", $"{choice.Ttl}");
            Add("count", $"{choice.Sessions}");
            Add("strict", choice.Strict ? "true" : "");
        }
        Add("protocol", choice.Protocol is EndpointProtocol.Http or EndpointProtocol.Shadowsocks ? "" : choice.Protocol!);
        return query.ToString();

        void Add(string name, string value)
        {
            if (value.Length > 0)
                query.Add(name, value);
        }
    }
}
