using System.Text.Encodings.Web;
using System.Text.Unicode;
using AtlanticProxy.ControlPlane.Results;
using Fluid;

namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>A mail as it is sent.</summary>
public sealed record RenderedMail(string Subject, string Text, string Html);

/// <summary>
/// Fills templates in. They see what they are given and nothing else of the process: no types, no files, and a bounded number of
/// steps. What stands in HTML is encoded.
/// </summary>
internal static class MailRendering
{
    /// <summary>Far more than any mail has, and a blink.</summary>
    private const int MaxSteps = 10_000;

    private static readonly FluidParser Parser = new();
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly Lazy<IFluidTemplate> Layout = new(() => Parser.Parse(MailDefaults.Layout));

    private static readonly TemplateOptions Plain = new() { MaxSteps = MaxSteps };
    private static readonly TemplateOptions Strict = new() { MaxSteps = MaxSteps, StrictVariables = true, StrictFilters = true };

    /// <summary>How Fluid begins to say that a name is not among the values. It does not say which.</summary>
    private const string UnknownName = "Undefined variable";

    /// <param name="values">By name: texts, numbers, or further ones by name.</param>
    /// <param name="strict">Refuse names that are not among the values; else they are empty.</param>
    public static async Task<Result<RenderedMail>> RenderAsync(
        MailText text, string language, IReadOnlyDictionary<string, object?> values, bool strict = false)
    {
        var subject = await FillAsync(text.Subject, nameof(MailText.Subject), values, NullEncoder.Default, strict);
        var body = await FillAsync(text.Text, nameof(MailText.Text), values, NullEncoder.Default, strict);
        var html = text.Html is null ? null : await FillAsync(text.Html, nameof(MailText.Html), values, Html, strict);
        Error[] errors = [.. subject.Errors, .. body.Errors, .. html?.Errors ?? []];
        if (errors.Length > 0)
            return Result.Failure<RenderedMail>(errors);
        // One line: what a value brings must not begin another header.
        string line = string.Join(' ', subject.Value.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        string plain = body.Value.ReplaceLineEndings("\n").Trim();
        return new RenderedMail(line, plain, html?.Value ?? await PageAsync(line, plain, language, values));
    }

    private static async Task<Result<string>> FillAsync(
        string source, string field, IReadOnlyDictionary<string, object?> values, TextEncoder encoder, bool strict)
    {
        if (!Parser.TryParse(source, out var template, out string? error))
            return Refusal(field, error);
        try
        {
            return await template.RenderAsync(ContextOf(values, strict ? Strict : Plain), encoder);
        }
        catch (Exception fault) when (fault is not OperationCanceledException) // a template can fail in many ways, all its own
        {
            return Refusal(field, fault.Message.StartsWith(UnknownName, StringComparison.Ordinal)
                ? $"it names something else than {string.Join(", ", NamesOf(values))}."
                : fault.Message);
        }
    }

    /// <summary>The text in the brand's layout: a line that is an address alone becomes a link.</summary>
    private static async Task<string> PageAsync(
        string subject, string text, string language, IReadOnlyDictionary<string, object?> values)
    {
        var context = ContextOf(values, Plain);
        context.SetValue("subject", subject);
        context.SetValue("language", language);
        context.SetValue("paragraphs", text.Split("\n\n").Select(paragraph => new Dictionary<string, object?>
        {
            ["link"] = IsLink(paragraph) ? paragraph : null, ["lines"] = paragraph.Split('\n'),
        }).ToArray());
        return await Layout.Value.RenderAsync(context, Html);
    }

    private static TemplateContext ContextOf(IReadOnlyDictionary<string, object?> values, TemplateOptions options)
    {
        var context = new TemplateContext(options);
        foreach (var (name, value) in values)
            context.SetValue(name, value ?? "");
        return context;
    }

    private static IEnumerable<string> NamesOf(IReadOnlyDictionary<string, object?> values) => values.SelectMany(value =>
        value.Value is IReadOnlyDictionary<string, object?> further
            ? NamesOf(further).Select(name => $"{value.Key}.{name}")
            : [value.Key]);

    private static bool IsLink(string text) =>
        !text.Any(char.IsWhiteSpace) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    private static Error Refusal(string field, string why) =>
        new(ErrorKind.Invalid, "mail.template_invalid", $"This cannot be filled in: {why}", field);
}
