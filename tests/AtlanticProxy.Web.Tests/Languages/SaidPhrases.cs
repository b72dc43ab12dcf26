using AtlanticProxy.ControlPlane.Results;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>Every phrase in the code: where an expression becomes a <see cref="Phrase"/>.</summary>
internal sealed class SaidPhrases
{
    private SaidPhrases()
    {
        foreach (var (root, model, _) in PortalSources.All.Files())
        {
            foreach (var expression in root.DescendantNodes().OfType<ExpressionSyntax>())
            {
                var type = model.GetTypeInfo(expression);
                if (type.ConvertedType?.Name == nameof(Phrase) && type.Type?.SpecialType == SpecialType.System_String
                    && !IsForm(expression) && !IsPartOfAnother(expression, model))
                    Note(expression, model);
            }
            foreach (var cast in root.DescendantNodes().OfType<CastExpressionSyntax>())
                if (cast.Type.ToString() == nameof(Phrase) && WrittenOut(cast.Expression, model) is { } pattern)
                    Add(pattern, cast);
            foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
                if (Forms(call, model) is [var one, var many])
                    Add($"{one}|{many}", call);
        }
    }

    public static SaidPhrases All { get; } = new();

    /// <summary>Each pattern, with where it is said first.</summary>
    public Dictionary<string, string> Patterns { get; } = [];

    /// <summary>Where text becomes a phrase that is put together at run time, so that no translation can be found.</summary>
    public List<string> Unknown { get; } = [];

    private void Note(ExpressionSyntax expression, SemanticModel model)
    {
        if (PatternOf(expression, model) is { } pattern)
            Add(pattern, expression);
        else if (expression is ConditionalExpressionSyntax choice)
        {
            Note(choice.WhenTrue, model);
            Note(choice.WhenFalse, model);
        }
        else if (expression is SwitchExpressionSyntax choices)
        {
            foreach (var arm in choices.Arms)
                Note(arm.Expression, model);
        }
        else if (expression is ParenthesizedExpressionSyntax inner)
            Note(inner.Expression, model);
        else
            Unknown.Add($"{PortalSources.Place(expression)} {expression}");
    }

    private void Add(string pattern, SyntaxNode place)
    {
        if (pattern.Any(char.IsLetter) && !Patterns.ContainsKey(pattern) && pattern != "{0}")
            Patterns.Add(pattern, PortalSources.Place(place));
    }

    /// <summary>As <see cref="Phrase"/> makes it. Null: it is not known before run time.</summary>
    private static string? PatternOf(ExpressionSyntax expression, SemanticModel model)
    {
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string text })
            return Escaped(text);
        // In a conditional, an interpolated string is made text before it becomes a phrase: its pattern is gone.
        return model.GetConversion(expression).IsInterpolatedStringHandler ? WrittenOut(expression, model) : null;
    }

    private static string? WrittenOut(ExpressionSyntax expression, SemanticModel model)
    {
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string text })
            return Escaped(text);
        int places = 0;
        return Pieces(expression, ref places);
    }

    private static string? Pieces(ExpressionSyntax expression, ref int places)
    {
        switch (expression)
        {
            case InterpolatedStringExpressionSyntax interpolated:
                var pieces = new List<string>();
                foreach (var content in interpolated.Contents)
                    pieces.Add(content is InterpolatedStringTextSyntax text
                        ? Escaped(text.TextToken.ValueText)
                        : $"{{{places++}}}");
                return string.Concat(pieces);
            case BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression):
                return Pieces(sum.Left, ref places) is { } left && Pieces(sum.Right, ref places) is { } right
                    ? left + right
                    : null;
            case ParenthesizedExpressionSyntax inner:
                return Pieces(inner.Expression, ref places);
            default:
                return null;
        }
    }

    /// <summary>The two forms of <c>Phrase.Plural(n, one, many)</c> and <c>Format.Count(n, one, many)</c>.</summary>
    private static string[]? Forms(InvocationExpressionSyntax call, SemanticModel model) =>
        IsPlural(call) && call.ArgumentList.Arguments is [_, var one, var many]
        && PatternOf(one.Expression, model) is { } single && PatternOf(many.Expression, model) is { } several
            ? [single, several]
            : null;

    private static bool IsForm(ExpressionSyntax expression) =>
        expression.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && IsPlural(call);

    private static bool IsPlural(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Plural" or "Count" }
        && call.ArgumentList.Arguments.Count == 3;

    private static bool IsPartOfAnother(ExpressionSyntax expression, SemanticModel model) =>
        (expression.Parent is MemberAccessExpressionSyntax member && member.Name == expression)
        || expression.Parent is BinaryExpressionSyntax or ConditionalExpressionSyntax or ParenthesizedExpressionSyntax
        && model.GetTypeInfo(expression.Parent) is
            { ConvertedType.Name: nameof(Phrase), Type.SpecialType: SpecialType.System_String };

    private static string Escaped(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
