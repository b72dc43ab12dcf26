using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Settings.Mail;

/// <summary>What a mail says, as the form has it.</summary>
/// <param name="Html">Empty: made of the text.</param>
internal sealed record TemplateForm(string? Subject, string? Text, string? Html)
{
    public static TemplateForm Of(MailText text) => new(text.Subject, text.Text, text.Html);

    public MailText ToText() => new(Subject ?? "", Text ?? "", string.IsNullOrWhiteSpace(Html) ? null : Html);

    public IReadOnlyList<FormFact> Facts => [new("Subject", Subject), new("Text", Text), new("HTML", Html)];
}

/// <param name="Preview">With made-up values; null where it cannot be filled in.</param>
internal sealed record TemplatePage(MailTemplateSummary Template, TemplateForm Form, RenderedMail? Preview)
{
    public string Path => $"/admin/settings/mail/templates/{Template.Template}/{Template.Language}";
}

/// <summary>What mails say: the product's words, or the reseller's own.</summary>
[Reads(Area.Settings), Route("/admin/settings/mail/templates")]
internal sealed class TemplatesController(MailTemplates templates, PreviewMail previews) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation) =>
        View("Templates", await templates.ListAsync(cancellation));

    [HttpGet("{template}/{language}")]
    public async Task<IActionResult> Edit(MailTemplate template, string language, CancellationToken cancellation)
    {
        if (await FindAsync(template, language, cancellation) is not { } found)
            return NotFound();
        var form = TemplateForm.Of(found.Text);
        Show(form.Facts);
        return await PageAsync(found, form, cancellation);
    }

    /// <summary>Saves what is in the form, or shows it filled in first.</summary>
    [HttpPost("{template}/{language}"), Writes(Area.Settings)]
    public async Task<IActionResult> Change(
        MailTemplate template, string language, TemplateForm form, bool preview, [FromServices] SetMailTemplate set,
        CancellationToken cancellation)
    {
        if (await FindAsync(template, language, cancellation) is not { } found)
            return NotFound();
        Task<IActionResult> Again() => PageAsync(found, form, cancellation);
        if (preview)
        {
            Show(TemplateForm.Of(found.Text).Facts);
            return await AnswerAsync(await previews.ExecuteAsync(new(template, language, form.ToText()), cancellation),
                mail => View("Template", new TemplatePage(found, form, mail)), Again);
        }
        return HasChangedMeanwhile(TemplateForm.Of(found.Text).Facts) ? await Again()
            : await AnswerAsync(await set.ExecuteAsync(new(template, language, form.ToText()), cancellation), changed =>
            {
                Notify(changed ? "Saved. Mails say it from now on." : "No changes: the mail says this already.");
                return LocalRedirect($"/admin/settings/mail/templates/{template}/{language}");
            }, Again);
    }

    [HttpPost("{template}/{language}/reset"), Writes(Area.Settings)]
    public async Task<IActionResult> Reset(
        MailTemplate template, string language, [FromServices] SetMailTemplate set, CancellationToken cancellation) =>
        await FindAsync(template, language, cancellation) is null ? NotFound()
            : Answer(await set.ExecuteAsync(new(template, language, null), cancellation), _ =>
            {
                Notify("The mail says again what it said at first.");
                return LocalRedirect($"/admin/settings/mail/templates/{template}/{language}");
            });

    /// <summary>The mail as its reader sees it, of what is saved.</summary>
    [HttpGet("{template}/{language}/html")]
    public async Task<IActionResult> Html(MailTemplate template, string language, CancellationToken cancellation) =>
        await FindAsync(template, language, cancellation) is null ? NotFound()
            : Answer(await previews.ExecuteAsync(new(template, language), cancellation), mail => Document(mail.Html));

    private async Task<MailTemplateSummary?> FindAsync(MailTemplate template, string language, CancellationToken cancellation) =>
        !ModelState.IsValid ? null : (await templates.ListAsync(cancellation))
            .SingleOrDefault(each => each.Template == template && each.Language == language);

    private async Task<IActionResult> PageAsync(MailTemplateSummary found, TemplateForm form, CancellationToken cancellation)
    {
        var preview = await previews.ExecuteAsync(new(found.Template, found.Language), cancellation);
        return View("Template", new TemplatePage(found, form, preview.IsSuccess ? preview.Value : null));
    }
}
