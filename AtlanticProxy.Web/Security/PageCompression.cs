using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Compresses pages, over HTTPS too, but for those that show a secret: whoever makes a browser load one with parts of a guess in
/// its address, and sees its length, could find the secret out (BREACH). Antiforgery tokens differ each time, so they tell
/// nothing.
/// </summary>
internal static class PageCompression
{
    public static void Add(IServiceCollection services)
    {
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }

    /// <summary>This response has a secret in it.</summary>
    public static void Prevent(HttpContext context)
    {
        if (context.Features.Get<IHttpsCompressionFeature>() is { } compression)
            compression.Mode = HttpsCompressionMode.DoNotCompress;
    }
}
