using AtlanticProxy.Web.StaticAssets;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>An icon of the sprite: <c>&lt;icon name="users" /&gt;</c>. Decoration: the words beside it say the same.</summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper(AssetCatalog assets) : TagHelper
{
    public string Name { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "icon");
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Attributes.SetAttribute("focusable", "false");
        output.Content.SetHtmlContent($"<use href=\"{assets["icons.svg"]}#{System.Net.WebUtility.HtmlEncode(Name)}\"></use>");
    }
}

/// <summary>Bytes in words, the exact number on hover: <c>&lt;bytes value="@n" /&gt;</c>.</summary>
[HtmlTargetElement("bytes", TagStructure = TagStructure.WithoutEndTag)]
public sealed class BytesTagHelper : TagHelper
{
    public long Value { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (number, unit) = Format.Bytes(Value);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("title", T[$"{Format.Count(Value)} bytes"]);
        output.Attributes.SetAttribute("data-bytes", Value);
        output.Content.SetHtmlContent($"{number}<span class=\"unit\">&nbsp;{unit}</span>");
    }
}

/// <summary>The same inside a sentence that is said by <c>T.Html</c>.</summary>
internal static class Figure
{
    public static IHtmlContent Bytes(long value) => Made(new BytesTagHelper { Value = value });

    public static IHtmlContent When(DateTimeOffset value) => Made(new WhenTagHelper { Value = value });

    public static IHtmlContent Day(DateTimeOffset value) => Made(new WhenTagHelper { Value = value, Day = true });

    private static TagHelperOutput Made(TagHelper helper)
    {
        var output = new TagHelperOutput("", [], (_, _) => throw new NotSupportedException("It has no content of its own."));
        helper.Process(new TagHelperContext([], new Dictionary<object, object>(), ""), output);
        return output;
    }
}

/// <summary>
/// An instant: <c>&lt;when value="@t" /&gt;</c>, its day alone with <c>day</c>, to the second with <c>seconds</c>; with
/// <c>clock</c> to the second for a page that says its zone once, with <c>tick</c> without the day.
/// </summary>
[HtmlTargetElement("when", TagStructure = TagStructure.WithoutEndTag)]
public sealed class WhenTagHelper : TagHelper
{
    public DateTimeOffset Value { get; set; }

    public bool Day { get; set; }

    public bool Seconds { get; set; }

    public bool Clock { get; set; }

    public bool Tick { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", Format.Machine(Value));
        output.Attributes.SetAttribute("title", Format.Instant(Value));
        output.Attributes.SetAttribute("data-style", // for the viewer's own zone
            Day ? "day" : Seconds ? "second" : Clock ? "clock" : Tick ? "tick" : "minute");
        output.Content.SetContent(Day ? Format.Day(Value) : Seconds ? Format.Second(Value) : Clock ? Format.Clock(Value)
            : Tick ? Format.Tick(Value) : Format.Instant(Value));
    }
}
