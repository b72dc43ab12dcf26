using System.Net;
using System.Text.Json;

namespace AtlanticProxy.Host.Diagnosis;

/// <summary>Pages that show their caller's address: what they say.</summary>
internal static class ExitPages
{
    /// <summary>What they call it: the simulated provider, ipinfo.io, ipify, Bright Data, Oxylabs.</summary>
    private static readonly string[] AddressNames = ["exit", "ip", "origin", "query"],
        CountryNames = ["country", "country_code", "countryCode"];

    /// <summary>The address and country of a page that is JSON, or an address alone.</summary>
    public static (string? Exit, string? Country) ExitOf(string body)
    {
        if (IPAddress.TryParse(body, out var address))
            return (address.ToString(), null);
        try
        {
            using var page = JsonDocument.Parse(body);
            return page.RootElement.ValueKind == JsonValueKind.Object
                ? (First(page.RootElement, AddressNames), First(page.RootElement, CountryNames))
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null); // a page for people
        }
    }

    private static string? First(JsonElement page, string[] names) => names
        .Select(name => page.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null)
        .FirstOrDefault(value => value is { Length: > 0 });
}
