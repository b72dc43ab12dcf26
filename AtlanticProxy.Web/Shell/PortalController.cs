using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// What every page's controller shares: the one mapping of a <see cref="Result"/> to a response, and notices for the next page.
/// </summary>
internal abstract class PortalController : Controller
{
    private const string RevealKey = "reveal";

    /// <summary>
    /// Success goes on; not found and forbidden are their error pages; invalid and conflict put each message beside its field and
    /// show <paramref name="form"/> again (400, 409).
    /// </summary>
    protected Task<IActionResult> AnswerAsync<T>(
        Result<T> result, Func<T, IActionResult> success, Func<Task<IActionResult>> form) =>
        result.IsSuccess ? Task.FromResult(success(result.Value)) : RefuseAsync(result, form);

    /// <inheritdoc cref="AnswerAsync{T}"/>
    protected Task<IActionResult> AnswerAsync(Result result, Func<IActionResult> success, Func<Task<IActionResult>> form) =>
        result.IsSuccess ? Task.FromResult(success()) : RefuseAsync(result, form);

    /// <summary>For what has no form to show again.</summary>
    protected IActionResult Answer(Result result, Func<IActionResult> success) => result.IsSuccess
        ? success()
        : StatusCode(StatusOf(result));

    /// <inheritdoc cref="Answer"/>
    protected IActionResult Answer<T>(Result<T> result, Func<T, IActionResult> success) =>
        result.IsSuccess ? success(result.Value) : StatusCode(StatusOf(result));

    /// <summary>The form again, when what was typed could not even be read.</summary>
    protected Task<IActionResult> RetryAsync(Func<Task<IActionResult>> form)
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return form();
    }

    /// <summary>The form's name for a field that a command calls <paramref name="field"/>.</summary>
    protected virtual string FieldOf(string field) => field;

    /// <summary>
    /// An amount of money, as people write it (9.99), in minor units; null when it is none, which is then said beside
    /// <paramref name="field"/>. A currency that does not exist is for the command to refuse.
    /// </summary>
    protected long? MinorUnitsOf(string field, decimal? typed, string? currency, Phrase missing)
    {
        if (ModelState[field] is { Errors.Count: > 0 })
            return null;
        if (typed is not { } amount)
        {
            Refuse(field, missing);
            return null;
        }
        if (Money.FindCurrency(currency ?? "") is not { } known)
            return null;
        var money = Money.Of(amount, known);
        if (!money.IsSuccess)
            Refuse(field, money.Errors[0].Words);
        return money.IsSuccess ? money.Value.MinorUnits : null;
    }

    /// <summary>
    /// A day or an instant (UTC); null when nothing is typed, or it is none, which is then said beside the field.
    /// </summary>
    protected DateTimeOffset? InstantOf(string field, string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed))
            return null;
        var read = Figures.Instant(typed);
        if (read.IsSuccess)
            return read.Value;
        Refuse(field, read.Errors[0].Words);
        return null;
    }

    /// <summary>Says beside a field what is wrong with it; at the form's top where <paramref name="field"/> is empty.</summary>
    protected void Refuse(string field, Phrase words) => ModelState.AddModelError(field, T[words]);

    /// <summary>Has the form that is shown now carry what is stored.</summary>
    protected void Show(IEnumerable<FormFact> stored) => ViewData[FormVersion.Field] = FormVersion.Of(stored);

    /// <summary>
    /// Whether somebody has changed what is stored since this form was made: then that is said at the top of the form, which is
    /// to be shown again, and sent again it is saved.
    /// </summary>
    protected bool HasChangedMeanwhile(IReadOnlyList<FormFact> stored)
    {
        var changes = FormVersion.Changes(Request.Form[FormVersion.Field], stored);
        Show(stored);
        if (changes.Count == 0)
            return false;
        Refuse("", $"Nothing was saved: somebody changed this in the meantime. {string.Join(' ', changes)} "
            + $"What you entered is below. Save it again to overwrite their change.");
        Response.StatusCode = StatusCodes.Status409Conflict;
        return true;
    }

    /// <summary>Asks to wait, where something was tried too often.</summary>
    protected StatusCodeResult TooMany(TimeSpan wait)
    {
        Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
        return StatusCode(StatusCodes.Status429TooManyRequests);
    }

    /// <summary>A whole page of HTML that is no page of the portal: a paper, or a mail.</summary>
    protected ContentResult Document(string html)
    {
        HttpContext.AnswersWithDocument();
        return Content(html, "text/html; charset=utf-8");
    }

    /// <summary>Says <paramref name="words"/> at the top of the next page.</summary>
    protected void Notify(Phrase words) => TempData[Notices.Key] = T[words];

    /// <summary>Leads to a page of ours, which shows <paramref name="words"/> at its top.</summary>
    protected LocalRedirectResult RedirectSaying(string page, Phrase words)
    {
        Notify(words);
        return LocalRedirect(page);
    }

    /// <summary>Has the next page of this row show its secret, once.</summary>
    protected void RevealNext(long id) => TempData[RevealKey] = id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The row whose secret this page is to show.</summary>
    protected long? Revealed
    {
        get
        {
            if (User.IsViewing || !long.TryParse(TempData[RevealKey] as string, out long id))
                return null;
            PageCompression.Prevent(HttpContext);
            return id;
        }
    }

    private async Task<IActionResult> RefuseAsync(Result result, Func<Task<IActionResult>> form)
    {
        int status = StatusOf(result);
        if (status is StatusCodes.Status404NotFound or StatusCodes.Status403Forbidden)
            return StatusCode(status);
        foreach (var error in result.Errors)
            Refuse(error.Field is null ? "" : FieldOf(error.Field), error.Words);
        Response.StatusCode = status;
        return await form();
    }

    private static int StatusOf(Result result) => result.Errors[0].Kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
    };
}

internal static class Notices
{
    public const string Key = "notice";
}
