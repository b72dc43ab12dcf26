using System.Globalization;

namespace AtlanticProxy.Engine.Requests.Grammars;

/// <summary>The values of tokens: each reads one kind, gives it in its normal form, and null for what is malformed.</summary>
internal static class Values
{
    /// <summary>Characters of a name or a session.</summary>
    public const int MaxLength = 64;

    public const string NameRule = "1 to 64 letters and digits, with _ for spaces";

    private const int MaxZipLength = 10;

    private const int MinutesOfAnHour = 60, MinutesOfADay = 24 * MinutesOfAnHour, SecondsOfAMinute = 60;

    /// <summary>
    /// A place's or holder's name: <c>New_York</c>, <c>new+york</c>, <c>new%20york</c> and <c>newyork</c> are all <c>newyork</c>.
    /// </summary>
    public static string? Name(ReadOnlySpan<char> value)
    {
        Span<char> name = stackalloc char[MaxLength];
        int length = Normalise(value, name);
        return length <= 0 ? null : new string(name[..length]);
    }

    /// <summary>
    /// Writes the normal form of a name, and says how long it is; -1 when it is none. <paramref name="name"/> has <see
    /// cref="MaxLength"/>.
    /// </summary>
    public static int Normalise(ReadOnlySpan<char> value, Span<char> name)
    {
        int length = 0;
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (char.IsAsciiLetterOrDigit(c))
            {
                if (length == MaxLength)
                    return -1;
                name[length++] = char.ToLowerInvariant(c);
            }
            else if (c == '%' && value[i..].StartsWith("%20"))
                i += 2;
            else if (c is not ('_' or '-' or '+' or ' ' or '.' or '\''))
                return -1;
        }
        return length;
    }

    /// <summary>Kept as it is, case and all.</summary>
    public static string? Session(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > MaxLength)
            return null;
        foreach (char c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.'))
                return null;
        return value.ToString();
    }

    public static string? Zip(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > MaxZipLength)
            return null;
        foreach (char c in value)
            if (!char.IsAsciiLetterOrDigit(c))
                return null;
        return value.ToString().ToLowerInvariant();
    }

    /// <summary><c>7922</c> or <c>AS7922</c>, without leading zeros.</summary>
    public static string? Asn(ReadOnlySpan<char> value)
    {
        if (value.StartsWith("as", StringComparison.OrdinalIgnoreCase))
            value = value[2..];
        return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number > 0
            ? number.ToString(CultureInfo.InvariantCulture) : null;
    }

    public static string? Os(ReadOnlySpan<char> value)
    {
        Span<char> lower = stackalloc char[8];
        return value.ToLowerInvariant(lower) < 0 ? null : lower[..value.Length] switch
        {
            "windows" or "win" => "windows",
            "macos" or "mac" or "osx" => "macos",
            "linux" => "linux",
            "android" => "android",
            "ios" => "ios",
            _ => null,
        };
    }

    public static int? Minutes(ReadOnlySpan<char> value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
        && minutes is >= Targeting.MinTtlMinutes and <= Targeting.MaxTtlMinutes ? minutes : null;

    /// <summary>A number and a unit; what is not whole minutes cannot be kept, and so is malformed.</summary>
    public static int? Lifetime(ReadOnlySpan<char> value)
    {
        if (value.Length < 2 || !int.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return null;
        long? minutes = value[^1] switch
        {
            's' or 'S' when count % SecondsOfAMinute == 0 => count / SecondsOfAMinute,
            'm' or 'M' => count,
            'h' or 'H' => (long)count * MinutesOfAnHour,
            'd' or 'D' => (long)count * MinutesOfADay,
            _ => null,
        };
        return minutes is >= Targeting.MinTtlMinutes and <= Targeting.MaxTtlMinutes ? (int)minutes : null;
    }
}
