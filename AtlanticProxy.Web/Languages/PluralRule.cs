namespace AtlanticProxy.Web.Languages;

/// <summary>Which form of a word goes with a number: the rules of the Unicode CLDR for whole numbers.</summary>
internal static class PluralRule
{
    /// <summary>0 is the first form that a language has, mostly the singular.</summary>
    /// <param name="language">ISO 639-1. One that is not here counts as English does.</param>
    public static int Of(string language, long count)
    {
        long n = Math.Abs(count), ten = n % 10, hundred = n % 100;
        return language switch
        {
            "ja" or "zh" or "ko" or "vi" or "th" or "id" => 0,
            "fr" or "pt" => n < 2 ? 0 : 1,
            "ru" or "uk" => ten == 1 && hundred != 11 ? 0 : ten is >= 2 and <= 4 && hundred is < 12 or > 14 ? 1 : 2,
            "pl" => n == 1 ? 0 : ten is >= 2 and <= 4 && hundred is < 12 or > 14 ? 1 : 2,
            "cs" or "sk" => n == 1 ? 0 : n is >= 2 and <= 4 ? 1 : 2,
            _ => n == 1 ? 0 : 1,
        };
    }
}
