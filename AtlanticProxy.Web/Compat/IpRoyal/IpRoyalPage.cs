using System.Globalization;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat.IpRoyal;

/// <summary>Where a page is in its list.</summary>
/// <param name="From">Number of its first item, from 1; null: it has none.</param>
internal sealed record IpRoyalMeta(int CurrentPage, int? From, int LastPage, string Path, int PerPage, int? To, int Total);

internal sealed record IpRoyalList<T>(IReadOnlyList<T> Data, IpRoyalMeta Meta);

/// <summary><c>page</c> and <c>per_page</c>; what is no number or out of range is brought into range, as Laravel does.</summary>
internal readonly record struct IpRoyalPage(int Number, int Size)
{
    private const int DefaultSize = 15;

    public static IpRoyalPage Of(HttpRequest request) => new(
        Math.Min(Read(request, "page", 1), PageRequest.MaxNumber),
        Math.Min(Read(request, "per_page", DefaultSize), PageRequest.MaxSize));

    public IpRoyalList<T> List<T>(HttpRequest request, int total, IReadOnlyList<T> items)
    {
        int? first = items.Count > 0 ? (Number - 1) * Size + 1 : null;
        return new IpRoyalList<T>(items, new IpRoyalMeta(
            Number, first, Math.Max(1, (total + Size - 1) / Size), $"{request.Scheme}://{request.Host}{request.Path}", Size,
            first + items.Count - 1, total));
    }

    private static int Read(HttpRequest request, string name, int standard) => int.TryParse(
        request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : standard;
}
