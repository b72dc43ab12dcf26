using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AtlanticProxy.Web.Shell;

/// <summary>
/// The head of a column that a list can be sorted by: <c>&lt;th sort="balance" listing="Model.Listing"&gt;Balance&lt;/th&gt;</c>.
/// </summary>
[HtmlTargetElement("th", Attributes = "sort,listing")]
public sealed class SortTagHelper : TagHelper
{
    public string Sort { get; set; } = "";

    /// <summary>A <see cref="Shell.Listing"/>.</summary>
    public object? Listing { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var listing = (Listing)Listing!;
        string? direction = listing.Sort == Sort ? "ascending" : listing.Sort == $"-{Sort}" ? "descending" : null;
        output.Attributes.SetAttribute("scope", "col");
        if (direction is not null)
            output.Attributes.SetAttribute("aria-sort", direction);
        string words = (await output.GetChildContentAsync()).GetContent();
        string href = System.Net.WebUtility.HtmlEncode(listing.SortHref(Sort));
        output.Content.SetHtmlContent($"<a class=\"sort\" href=\"{href}\">{words}</a>");
    }
}
