using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>What is asked before an action that has <see cref="StepUpAttribute"/>.</summary>
/// <param name="Action">Where the answer goes: a path of ours.</param>
/// <param name="Fields">What was sent, to be sent again with the answer.</param>
/// <param name="AsksForCode">Rather than for the password.</param>
/// <param name="Error">Why it is asked again; null: it is asked for the first time.</param>
internal sealed record StepUpPage(
    string Action, IReadOnlyList<KeyValuePair<string, string>> Fields, bool AsksForCode, Phrase? Error);

/// <summary>
/// Has whoever asks for a secret, or to move money or change rights, show who they are again, unless they did within
/// <see cref="StepUpCheck.Span"/>. A form that was sent is kept on the page that asks, and goes on with the answer.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class StepUpAttribute : Attribute, IAsyncResourceFilter
{
    /// <summary>The field of the password or code.</summary>
    public const string Answer = "StepUpAnswer";

    private const string View = "/Shell/StepUp.cshtml";

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        var check = http.RequestServices.GetRequiredService<StepUpCheck>();
        if (await check.IsConfirmedAsync(http, http.RequestAborted))
        {
            await next();
            return;
        }
        bool isSent = HttpMethods.IsPost(http.Request.Method);
        IFormCollection? form = isSent && http.Request.HasFormContentType
            ? await http.Request.ReadFormAsync(http.RequestAborted)
            : null;
        Phrase? error = null;
        if (form?[Answer].FirstOrDefault() is { } typed)
        {
            var verdict = await check.CheckAsync(http, typed, http.RequestAborted);
            if (verdict.IsRight)
            {
                await next();
                return;
            }
            if (verdict.Wait is { } wait)
            {
                http.Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
                context.Result = new StatusCodeResult(StatusCodes.Status429TooManyRequests);
                return;
            }
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            error = await check.AsksForCodeAsync(http) ? ControlPlane.Accounts.SecondFactor.WrongCode.Words
                : "The password is incorrect.";
        }
        string path = http.Request.Path + http.Request.QueryString;
        context.Result = new ViewResult
        {
            ViewName = View,
            ViewData = new ViewDataDictionary<StepUpPage>(
                http.RequestServices.GetRequiredService<IModelMetadataProvider>(), context.ModelState)
            {
                Model = new StepUpPage(isSent ? path : $"/confirm?returnUrl={Uri.EscapeDataString(path)}",
                    form is null ? [] : Preview.FieldsOf(form, Answer), await check.AsksForCodeAsync(http), error),
            },
        };
    }
}
