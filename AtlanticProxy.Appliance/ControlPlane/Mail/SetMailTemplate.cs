using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>
/// The reseller's words in place of the product's. What names values that this kind of mail does not have is refused, before a
/// customer sees it.
/// </summary>
public sealed class SetMailTemplate(AtlanticDb db, TimeProvider time)
{
    internal const int MaxSubjectLength = 200, MaxTextLength = 20_000, MaxHtmlLength = 100_000;

    /// <param name="Language"><c>en</c> or <c>fr</c>.</param>
    /// <param name="Text">Null: the product's words again.</param>
    public sealed record Request(MailTemplate Template, string Language, MailText? Text);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (!MailDefaults.Languages.Contains(request.Language))
            return new Error(ErrorKind.Invalid, "mail.language_unknown", "Give en or fr.", nameof(Request.Language));
        var present = db.MailTemplates.Where(row => row.Template == request.Template && row.Language == request.Language);
        if (request.Text is not { } text)
            return await present.DeleteAsync(cancellation) > 0;
        var validation = new Validation();
        validation.Require(text.Subject.Trim().Length is > 0 and <= MaxSubjectLength, nameof(text.Subject),
            "mail.subject_invalid",
            $"A subject has 1 to {MaxSubjectLength} characters.");
        validation.Require(text.Text.Trim().Length is > 0 and <= MaxTextLength, nameof(text.Text), "mail.text_invalid",
            $"A text has 1 to {MaxTextLength} characters.");
        validation.Require(text.Html is null or { Length: <= MaxHtmlLength }, nameof(text.Html), "mail.html_invalid",
            $"HTML has at most {MaxHtmlLength} characters.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        var rendered = await MailRendering.RenderAsync(text, request.Language, MailSamples.Of(request.Template, ""),
            strict: true);
        if (!rendered.IsSuccess)
            return Result.Failure<bool>(rendered.Errors);

        var row = new MailTemplateRow
        {
            Template = request.Template, Language = request.Language, Subject = text.Subject.Trim(), TextBody = text.Text.Trim(),
            HtmlBody = string.IsNullOrWhiteSpace(text.Html) ? null : text.Html.Trim(), ChangedAt = time.GetUtcNow(),
        };
        if (await db.InsertUnlessTakenAsync(row, cancellation))
            return true;
        return await present.Where(old => old.Subject != row.Subject || old.TextBody != row.TextBody
                || (old.HtmlBody ?? "") != (row.HtmlBody ?? ""))
            .Set(old => old.Subject, row.Subject).Set(old => old.TextBody, row.TextBody).Set(old => old.HtmlBody, row.HtmlBody)
            .Set(old => old.ChangedAt, row.ChangedAt).UpdateAsync(cancellation) > 0;
    }
}
