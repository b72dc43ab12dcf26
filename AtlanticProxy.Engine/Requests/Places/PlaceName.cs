using System.Globalization;
using System.Text;

namespace AtlanticProxy.Engine.Requests.Places;

/// <summary>
/// How names of places are compared: as lower case ASCII letters and digits alone, so that <c>São Paulo</c>, <c>sao_paulo</c> and
/// <c>SaoPaulo</c> are one.
/// </summary>
public static class PlaceName
{
    /// <summary>Between the words of a name: see <see cref="Words"/>.</summary>
    public const char WordSeparator = '_';

    /// <summary>
    /// The name without diacritics, spaces and punctuation. Letters of other alphabets are left out: empty when nothing is left.
    /// </summary>
    public static string Normalise(string name) => Fold(name, separated: false);

    /// <summary>The same with <see cref="WordSeparator"/> between its words: <c>New York</c> is <c>new_york</c>.</summary>
    public static string Words(string name) => Fold(name, separated: true);

    private static string Fold(string name, bool separated)
    {
        if (!Ascii.IsValid(name))
            name = name.Normalize(NormalizationForm.FormD);
        var folded = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
                folded.Append(char.ToLowerInvariant(c));
            else if (Letters(char.ToLowerInvariant(c)) is { Length: > 0 } letters)
                folded.Append(letters);
            // An apostrophe stands inside a word, as a mark does on its letter.
            else if (separated && folded.Length > 0 && folded[^1] != WordSeparator && !IsMark(c))
                folded.Append(WordSeparator);
        }
        if (folded.Length > 0 && folded[^1] == WordSeparator)
            folded.Length--;
        return folded.ToString();
    }

    /// <summary>Latin letters that Unicode does not take apart; the generator of the tables has the same.</summary>
    private static string Letters(char c) => c switch
    {
        'ß' => "ss", 'æ' => "ae", 'œ' => "oe", 'ø' => "o", 'đ' or 'ð' => "d", 'þ' => "th", 'ł' => "l", 'ı' => "i",
        'ə' => "a", 'ħ' => "h",
        _ => "",
    };

    private static bool IsMark(char c) => c is '\'' or '’' or '‘' or 'ʼ' or 'ʻ' or '`'
        || CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
