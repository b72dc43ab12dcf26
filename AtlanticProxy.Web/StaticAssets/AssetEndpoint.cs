using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace AtlanticProxy.Web.StaticAssets;

/// <summary>Serves the built assets. Their names change with their content, so whoever has one never asks again.</summary>
internal static class AssetEndpoint
{
    private const string Immutable = "public, max-age=31536000, immutable"; // a year: RFC 9111 asks for no more

    /// <summary>They are anybody's: no session is looked up for them, so they do without the database.</summary>
    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(AssetCatalog.Path + "/{fileName}", [HttpMethods.Get, HttpMethods.Head], Serve).ShortCircuit();

    private static IResult Serve(string fileName, HttpContext context, AssetCatalog assets)
    {
        if (assets.Find(fileName) is not { } asset)
            return Results.NotFound();

        var headers = context.Response.Headers;
        headers.CacheControl = Immutable;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (asset.Brotli is null || !AcceptsBrotli(context.Request))
            return Results.Bytes(asset.Bytes, asset.ContentType);
        headers.ContentEncoding = "br";
        return Results.Bytes(asset.Brotli, asset.ContentType);
    }

    private static bool AcceptsBrotli(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(coding => coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);
}
