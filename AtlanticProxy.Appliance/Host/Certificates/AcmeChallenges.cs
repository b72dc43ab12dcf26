using System.Net.Mime;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>Marks connections to <c>Portal:HttpListen</c>, which is open to the world and shows no pages.</summary>
internal sealed class PlainHttpPort;

/// <summary>Answers HTTP-01 challenges (RFC 8555 section 8.3) on every port of the portal.</summary>
internal static class AcmeChallenges
{
    private const string Path = "/.well-known/acme-challenge";

    /// <summary>Let's Encrypt's are 43 characters; the RFC demands 22 at least, and nothing at most.</summary>
    private const int MaxTokenLength = 128;

    private const string NoCertificateYet =
        "This service is being set up: it has no certificate for HTTPS yet, and signing in over plain HTTP is not safe. "
        + "Try again in a few minutes.\n";

    /// <summary>In front of the portal.</summary>
    public static void UseAcmeChallenges(this WebApplication app)
    {
        string folder = app.Services.GetRequiredService<AcmeFolder>().Challenges;
        var certificate = app.Services.GetRequiredService<IPortalCertificate>();
        app.Use(async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal, out var rest))
                await AnswerAsync(context, folder, rest.Value?.TrimStart('/') ?? "");
            else if (context.Features.Get<PlainHttpPort>() is not null
                && certificate.HttpsAuthority(context.Request.Host.Host) is null)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync(NoCertificateYet, context.RequestAborted);
            }
            else
                await next(context);
        });
    }

    private static async Task AnswerAsync(HttpContext context, string folder, string token)
    {
        string file = System.IO.Path.Combine(folder, token);
        if (!HttpMethods.IsGet(context.Request.Method) || !IsWellFormed(token) || !File.Exists(file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = MediaTypeNames.Application.Octet;
        await context.Response.SendFileAsync(file, context.RequestAborted);
    }

    /// <summary>base64url, as the RFC has it: nothing that could lead out of the folder.</summary>
    internal static bool IsWellFormed(string token) =>
        token.Length is > 0 and <= MaxTokenLength && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
