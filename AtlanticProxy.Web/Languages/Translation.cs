using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Html;

namespace AtlanticProxy.Web.Languages;

/// <summary>
/// Says phrases in the language of the request: <c>@T["Sign in"]</c>, <c>@T[$"Good until {day}"]</c>. Every page has it by
/// <c>@using static</c> of <see cref="Speaking"/>.
/// </summary>
internal sealed class Translation(Func<Language> current)
{
    public string this[Phrase phrase] => new Speaker(current()).Say(phrase);

    /// <summary>
    /// A phrase that has markup: <c>@T.Html($"Read the &lt;a href=\"/legal\"&gt;terms&lt;/a&gt; of {name}.")</c>. The pattern is
    /// ours and stays; what stands in its places is encoded, unless it is markup of ours itself.
    /// </summary>
    public IHtmlContent Html(Phrase phrase) => new HtmlString(new MarkupSpeaker(current()).Say(phrase));

    /// <summary>Where a phrase may be missing.</summary>
    public string? Of(Phrase? phrase) => phrase is null ? null : this[phrase];

    private class Speaker(Language language)
    {
        public string Say(Phrase phrase)
        {
            var said = phrase.Many is { } many && phrase.Count != 1 ? many : phrase;
            string pattern = phrase.Many is { } others && language != Language.English
                ? language.Of(phrase.Pattern, others.Pattern, phrase.Count)
                : language.Of(said.Pattern);
            object[] parts = [.. said.Parts.Select(part => Part(part.Value, part.Format))];
            return string.Format(CultureInfo.InvariantCulture, pattern, parts);
        }

        protected virtual string Part(object? value, string? format) => value switch
        {
            Phrase inner => new Speaker(language).Say(inner),
            IFormattable figure => figure.ToString(format, language.Culture),
            _ => value?.ToString() ?? "",
        };
    }

    private sealed class MarkupSpeaker(Language language) : Speaker(language)
    {
        protected override string Part(object? value, string? format)
        {
            if (value is not IHtmlContent markup)
                return WebUtility.HtmlEncode(base.Part(value, format));
            using var writer = new StringWriter(CultureInfo.InvariantCulture);
            markup.WriteTo(writer, HtmlEncoder.Default);
            return writer.ToString();
        }
    }
}

/// <summary>For <c>using static</c>.</summary>
internal static class Speaking
{
    public static readonly Translation T = new(() => Language.Current);
}
