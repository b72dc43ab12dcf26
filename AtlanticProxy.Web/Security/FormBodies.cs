using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Reads forms before anything else does, so that one that cannot be read is answered with a page: 400, or 413 when it is too
/// long.
/// </summary>
internal static class FormBodies
{
    private static readonly object Unreadable = new();

    /// <summary>The request had a form that could not be read.</summary>
    public static bool WasUnreadable(HttpContext context) => context.Items.ContainsKey(Unreadable);

    public static void Configure(FormOptions forms)
    {
        // One field may be as long as a body; the body has the limit.
        forms.ValueLengthLimit = (int)BodyLimit.MaxBytes;
        forms.MultipartBodyLengthLimit = BodyLimit.MaxBytes;
    }

    /// <summary>After authorization: whoever is refused anyway has nothing read.</summary>
    public static IApplicationBuilder UseFormBodies(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Request.HasFormContentType && await RefusalOfAsync(context) is { } status)
        {
            context.Items[Unreadable] = true;
            Empty(context);
            context.Response.StatusCode = status;
            return;
        }
        await next(context);
    });

    private static async Task<int?> RefusalOfAsync(HttpContext context)
    {
        // A buffer in between: a reader that gives up leaves the server's own in a state in which no answer can be sent. The
        // server's limit comes before that of the buffer.
        context.Request.EnableBuffering(BodyLimit.MaxBytes + 1);
        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
            return null;
        }
        catch (BadHttpRequestException refusal)
        {
            return refusal.StatusCode;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            return StatusCodes.Status400BadRequest; // limits of the form reader, or its parts end early
        }
    }

    // The page that says so is made by the same request, which must not be read once more.
    private static void Empty(HttpContext context)
    {
        context.Request.ContentType = null;
        context.Request.Body = Stream.Null;
        context.Features.Set<IFormFeature>(new FormFeature(FormCollection.Empty));
    }
}
