using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>A template, as its editor shows it.</summary>
/// <param name="IsOwn">The reseller's words; else the product's.</param>
public sealed record MailTemplateSummary(MailTemplate Template, string Language, MailText Text, bool IsOwn);

/// <summary>Reads what mails say: the reseller's words, or the product's.</summary>
public sealed class MailTemplates(AtlanticDb db)
{
    /// <summary>All, in both languages.</summary>
    public async Task<IReadOnlyList<MailTemplateSummary>> ListAsync(CancellationToken cancellation)
    {
        var own = await db.MailTemplates.ToListAsync(cancellation);
        return
        [
            .. from template in Enum.GetValues<MailTemplate>()
               from language in MailDefaults.Languages
               let row = own.SingleOrDefault(row => row.Template == template && row.Language == language)
               select new MailTemplateSummary(template, language, TextOf(row) ?? MailDefaults.Of(template, language),
                   row is not null),
        ];
    }

    /// <param name="language">Another one than the product speaks is English.</param>
    public async Task<MailText> FindAsync(MailTemplate template, string language, CancellationToken cancellation)
    {
        language = MailDefaults.Known(language);
        return TextOf(await db.MailTemplates.SingleOrDefaultAsync(
            row => row.Template == template && row.Language == language, cancellation)) ?? MailDefaults.Of(template, language);
    }

    private static MailText? TextOf(MailTemplateRow? row) =>
        row is null ? null : new MailText(row.Subject, row.TextBody, row.HtmlBody);
}

/// <summary>Shows a mail with made-up values, before it is kept or sent.</summary>
public sealed class PreviewMail(MailTemplates templates, MailSender sender)
{
    /// <param name="Text">What stands in the editor; null: what would be sent now.</param>
    public sealed record Request(MailTemplate Template, string Language, MailText? Text = null);

    public async Task<Result<RenderedMail>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var text = request.Text ?? await templates.FindAsync(request.Template, request.Language, cancellation);
        string brand = (await sender.FindAsync(cancellation)).Brand;
        return await MailRendering.RenderAsync(
            text, request.Language, MailSamples.Of(request.Template, brand), strict: request.Text is not null);
    }
}
