using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Errors;

/// <param name="Heading">What happened.</param>
/// <param name="Advice">What to do now.</param>
internal sealed record ErrorPage(int Status, Phrase Heading, Phrase Advice);

/// <summary>
/// What a request that ended without a page of its own shows. Re-executed by the pipeline with the request's own method.
/// </summary>
[AllowAnonymous, IgnoreAntiforgeryToken]
internal sealed class ErrorsController : PortalController
{
    [Route("/error/{status:int:range(400,599)}")]
    public IActionResult Show(int status)
    {
        if (HttpContext.Features.Get<IExceptionHandlerFeature>() is not null)
            status = Response.StatusCode; // the handler's choice, by the exception
        else if (HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null)
            status = StatusCodes.Status404NotFound; // asked for directly, it is a page that is not there
        Response.StatusCode = status;
        return View("Error", PageOf(status));
    }

    private ErrorPage PageOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest when FormBodies.WasUnreadable(HttpContext) =>
            new(status, "That form cannot be read", "It has characters or fields that no form here has. Go back and try again."),
        StatusCodes.Status400BadRequest =>
            new(status, "That form has expired", "Go back, reload the page, and send it again."),
        StatusCodes.Status403Forbidden =>
            new(status, "This is not yours to open",
                "Your account has no right to this page. Ask the owner of this service if you need it."),
        StatusCodes.Status404NotFound =>
            new(status, "There is nothing here", "The address is mistyped, or what it showed is gone."),
        StatusCodes.Status413PayloadTooLarge =>
            new(status, "That is too much at once", "A request may have at most 10 MB."),
        StatusCodes.Status429TooManyRequests =>
            new(status, "Too many requests", Wait()),
        StatusCodes.Status503ServiceUnavailable =>
            new(status, "The database is away",
                "Pages come back as soon as it answers; try again in a moment. Running proxies are not affected, and what they "
                    + "use is counted."),
        >= 500 =>
            new(status, "Something broke on our side",
                "It has been recorded. Try again in a moment; running proxies are not affected."),
        _ => new(status, "That did not work", "Go back and try again."),
    };

    private Phrase Wait() => int.TryParse(Response.Headers.RetryAfter, out int seconds) && seconds > 60
        ? (Phrase)$"This was tried too often. Try again in {(seconds + 59) / 60} minutes. Proxies in use are not affected."
        : "This was tried too often. Try again in a minute. Proxies in use are not affected.";
}
