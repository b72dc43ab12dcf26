using Markdig;
using Microsoft.AspNetCore.Html;

namespace AtlanticProxy.Web.Shell;

/// <summary>Text that the reseller wrote in Markdown.</summary>
internal static class SafeMarkdown
{
    /// <summary>Tables and the like, and no HTML: what is written as a tag is shown as text.</summary>
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml()
        .Build();

    public static IHtmlContent ToHtml(string markdown) => new HtmlString(Markdown.ToHtml(markdown, Pipeline));
}
