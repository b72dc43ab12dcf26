using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>Words in a view that no phrase says, so that they stay English in every language.</summary>
internal static partial class UnsaidText
{
    private static readonly HashSet<string> Spoken =
        ["label", "hint", "title", "placeholder", "alt", "aria-label", "data-label", "aria-description", "aria-roledescription"];

    /// <summary>Units, protocols and names of things, the same in every language.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "AtlanticProxy", "GB", "KB", "MB", "TB", "B", "Mbit", "kbit", "s", "ms", "UTC", "ASN", "IP", "HTTP", "HTTPS", "TLS",
        "SOCKS5", "Shadowsocks", "CSV", "JSON", "TXT", "QR", "URL", "PDF", "ZIP", "DNS", "API", "Ctrl", "K", "curl", "p50", "p95",
        "CLI", "SMTP", "IBAN", "BIC", "Stripe", "ISO", "SPF", "DKIM", "DMARC", "Hangfire", "ACME", "VAT", "true", "false",
    };

    public static IEnumerable<string> Find()
    {
        foreach (var (root, model, isView) in PortalSources.All.Files())
        {
            if (!isView)
                continue;
            foreach (string found in InMarkup(root).Concat(InAttributes(root)).Concat(InCode(root, model)))
                yield return found;
        }
    }

    /// <summary>Text between tags, of all that the view writes, in its order; what is code is left out.</summary>
    private static IEnumerable<string> InMarkup(SyntaxNode root)
    {
        var html = new StringBuilder();
        string file = Path.ChangeExtension(root.SyntaxTree.FilePath, null);
        file = file[(file.LastIndexOf("Generator/", StringComparison.Ordinal) + "Generator/".Length)..];
        foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is not IdentifierNameSyntax { Identifier.Text: var name })
                continue;
            if (name == "WriteLiteral" && call.ArgumentList.Arguments[0].Expression is LiteralExpressionSyntax literal)
                html.Append(literal.Token.ValueText);
            else if (name == "Write")
                html.Append('\u0001');
            else if (name is "BeginWriteAttribute")
                html.Append('\u0001');
        }
        string markup = Silent().Replace(html.ToString(), " ");
        foreach (Match attribute in Attribute().Matches(markup))
            if (Spoken.Contains(attribute.Groups[1].Value) && HasWords(attribute.Groups[2].Value))
                yield return $"{file} {attribute.Value.Trim()}";
        foreach (string text in Tag().Split(markup))
            if (HasWords(text))
                yield return $"{file} {WebUtility.HtmlDecode(text).Replace('\u0001', '…').Trim()}";
    }

    /// <summary>Attributes of tag helpers that are plain text.</summary>
    private static IEnumerable<string> InAttributes(SyntaxNode root) =>
        from made in root.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
        where made.Type.ToString().EndsWith("TagHelperAttribute", StringComparison.Ordinal)
        let given = made.ArgumentList!.Arguments
        where given.Count > 1 && given[0].Expression is LiteralExpressionSyntax name && Spoken.Contains(name.Token.ValueText)
        from text in given[1].DescendantNodes().OfType<LiteralExpressionSyntax>()
        where HasWords(text.Token.ValueText)
        let path = made.SyntaxTree.FilePath
        select $"{path[(path.LastIndexOf("Generator/", StringComparison.Ordinal) + 10)..]} {given[0]}={text}";

    /// <summary>Literals that are written as they are: <c>@(on ? "On" : "Off")</c>.</summary>
    private static IEnumerable<string> InCode(SyntaxNode root, SemanticModel model)
    {
        string attribute = "";
        foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is not IdentifierNameSyntax { Identifier.Text: var name })
                continue;
            if (name == "BeginWriteAttribute")
                attribute = ((LiteralExpressionSyntax)call.ArgumentList.Arguments[0].Expression).Token.ValueText;
            var written = name switch
            {
                "Write" => call.ArgumentList.Arguments[0].Expression,
                "WriteAttributeValue" when Spoken.Contains(attribute) => call.ArgumentList.Arguments[2].Expression,
                _ => null,
            };
            if (written is null)
                continue;
            if (model.GetTypeInfo(written).Type?.Name == nameof(Phrase))
                yield return $"{PortalSources.Place(written)} {written} is not said by T";
            foreach (string text in Results(written).Where(HasWords))
                yield return $"{PortalSources.Place(written)} \"{text}\"";
        }
        foreach (var set in root.DescendantNodes().OfType<AssignmentExpressionSyntax>())
        {
            bool isSpoken = set.Left is ElementAccessExpressionSyntax
            { Expression: IdentifierNameSyntax { Identifier.Text: "ViewData" } }
                || (set.Left is MemberAccessExpressionSyntax { Name.Identifier.Text: "Label" or "Hint" } member
                    && model.GetTypeInfo(member.Expression).Type?.Name.EndsWith("TagHelper", StringComparison.Ordinal) == true);
            if (!isSpoken)
                continue;
            foreach (string text in Results(set.Right).Where(HasWords))
                yield return $"{PortalSources.Place(set)} \"{text}\"";
        }
    }

    /// <summary>Text that an expression can be.</summary>
    private static IEnumerable<string> Results(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal => [literal.Token.ValueText],
        InterpolatedStringExpressionSyntax pieces => pieces.Contents.SelectMany(piece => piece switch
        {
            InterpolatedStringTextSyntax text => [text.TextToken.ValueText],
            InterpolationSyntax hole => Results(hole.Expression),
            _ => [],
        }),
        ConditionalExpressionSyntax choice => Results(choice.WhenTrue).Concat(Results(choice.WhenFalse)),
        SwitchExpressionSyntax choices => choices.Arms.SelectMany(arm => Results(arm.Expression)),
        ParenthesizedExpressionSyntax inner => Results(inner.Expression),
        BinaryExpressionSyntax both when both.IsKind(SyntaxKind.AddExpression) || both.IsKind(SyntaxKind.CoalesceExpression) =>
            Results(both.Left).Concat(Results(both.Right)),
        _ => [],
    };

    private static bool HasWords(string text) =>
        Word().Matches(WebUtility.HtmlDecode(text)).Any(word => !Names.Contains(word.Value));

    [GeneratedRegex("(?s)<(script|style|svg|code|pre|kbd)\\b.*?</\\1>|<!--.*?-->|<!doctype[^>]*>")]
    private static partial Regex Silent();

    [GeneratedRegex("\\s([a-z-]+)=\"([^\"]*)\"")]
    private static partial Regex Attribute();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\p{L}[\\p{L}\\p{Nd}]*")]
    private static partial Regex Word();
}
