using System.Globalization;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AtlanticProxy.Web.Compat.Webshare;

/// <summary>A page of a list.</summary>
/// <param name="Next">Whole address of the next page, and <paramref name="Previous"/> of the one before; null: none.</param>
internal sealed record WebshareList<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);

/// <summary><c>page</c> and <c>page_size</c> of a request.</summary>
internal readonly record struct WebsharePage(int Number, int Size)
{
    private const int DefaultSize = 25;

    public static ApiProblem Invalid =>
        new(StatusCodes.Status404NotFound, new ApiError("request.page_invalid", "Invalid page."));

    /// <summary>Null: it asks for no page that there can be. Larger pages than are served are made smaller.</summary>
    public static WebsharePage? Of(HttpRequest request) =>
        Read(request, "page", 1) is not { } number || number > PageRequest.MaxNumber ? null
        : Read(request, "page_size", DefaultSize) is not { } size ? null
        : new WebsharePage(number, Math.Min(size, PageRequest.MaxSize));

    public PageRequest ToRequest() => new(Number, Size);

    /// <summary>Nothing is behind the last page; the first one may be empty.</summary>
    public bool IsBehind(int total) => Number > 1 && (long)(Number - 1) * Size >= total;

    public WebshareList<T> List<T>(HttpRequest request, int total, IEnumerable<T> results) => new(
        total, (long)Number * Size < total ? AddressOf(request, ("page", Number + 1)) : null,
        Number > 1 ? AddressOf(request, ("page", Number - 1)) : null, [.. results]);

    /// <summary>The address of this request, with other values of some parameters.</summary>
    public static string AddressOf(HttpRequest request, params (string Name, object Value)[] changes)
    {
        var query = request.Query.Where(pair => !changes.Any(change => change.Name == pair.Key))
            .ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString());
        foreach (var (name, value) in changes)
            query[name] = Convert.ToString(value, CultureInfo.InvariantCulture);
        return QueryHelpers.AddQueryString($"{request.Scheme}://{request.Host}{request.Path}", query);
    }

    private static int? Read(HttpRequest request, string name, int standard) =>
        request.Query[name].ToString() is not { Length: > 0 } text ? standard
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
