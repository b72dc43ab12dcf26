using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace AtlanticProxy.ControlPlane.Results;

/// <summary>
/// A sentence for people, written in English where it is said: <c>Phrase said = $"The coupon {code} has ended."</c>. Unlike the
/// text, it keeps its <see cref="Pattern"/> and what stands in it apart, so that a page can say it in the reader's language.
/// </summary>
[InterpolatedStringHandler]
public sealed class Phrase : IEquatable<Phrase>
{
    private readonly StringBuilder _pattern;
    private readonly List<(object? Value, string? Format)> _parts;

    /// <summary>For the compiler, which hands an interpolated string over piece by piece.</summary>
    public Phrase(int literalLength, int formattedCount)
    {
        _pattern = new(literalLength + (3 * formattedCount));
        _parts = new(formattedCount);
    }

    /// <summary>The English with places: <c>The coupon {0} has ended.</c> Other languages are looked up by it.</summary>
    public string Pattern => _pattern.ToString();

    /// <summary>What stands in the places, in their order.</summary>
    public IReadOnlyList<(object? Value, string? Format)> Parts => _parts;

    /// <summary>What it says when <see cref="Count"/> is not one; null when number does not change it.</summary>
    public Phrase? Many { get; private init; }

    /// <summary>What <see cref="Many"/> is decided by.</summary>
    public long Count { get; private init; }

    /// <summary>Text that is nobody's language, or another's words: a name, what a gateway said.</summary>
    public static Phrase Verbatim(string text)
    {
        var phrase = new Phrase(0, 1);
        phrase.AppendFormatted(text);
        return phrase;
    }

    /// <summary>A sentence that changes with a number: <c>Plural(n, $"{n} customer", $"{n} customers")</c>.</summary>
    public static Phrase Plural(long count, Phrase one, Phrase many)
    {
        var plural = new Phrase(one._pattern.Length, one._parts.Count) { Many = many, Count = count };
        plural._pattern.Append(one._pattern);
        plural._parts.AddRange(one._parts);
        return plural;
    }

    /// <summary>For the compiler.</summary>
    public void AppendLiteral(string text) =>
        _pattern.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <inheritdoc cref="AppendLiteral"/>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _pattern.Append('{').Append(_parts.Count).Append('}');
        _parts.Add((value, format));
    }

    /// <summary>The English.</summary>
    public override string ToString()
    {
        if (Many is not null && Count != 1)
            return Many.ToString();
        object[] said =
        [
            .. _parts.Select(part => part.Value is IFormattable figure
                ? figure.ToString(part.Format, CultureInfo.InvariantCulture)
                : part.Value?.ToString() ?? ""),
        ];
        return string.Format(CultureInfo.InvariantCulture, Pattern, said);
    }

    public bool Equals(Phrase? other) => other is not null && ToString() == other.ToString() && Pattern == other.Pattern;

    public override bool Equals(object? obj) => Equals(obj as Phrase);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Pattern);

    /// <summary>Of words that are written out in the code: other text is <see cref="Verbatim"/>.</summary>
    public static implicit operator Phrase(string text)
    {
        var phrase = new Phrase(text.Length, 0);
        phrase.AppendLiteral(text);
        return phrase;
    }
}
