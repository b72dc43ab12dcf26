using System.Globalization;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Colours that people can read: contrast by WCAG 2.2, section 1.4.3.</summary>
public static class Colour
{
    public const string White = "#ffffff";

    /// <summary>The darkest surface that text in the accent stands on in the dark theme.</summary>
    public const string DarkCard = "#0d2632";

    /// <summary>WCAG AA, of text of usual size.</summary>
    public const double MinContrast = 4.5;

    private const int Channels = 3, Steps = 20;

    /// <summary><c>#rrggbb</c> in lower case; null when it is none. Three digits stand for six.</summary>
    public static string? Normalise(string typed)
    {
        string digits = typed.Trim().TrimStart('#').ToLowerInvariant();
        if (digits.Length == Channels)
            digits = string.Concat(digits.Select(digit => $"{digit}{digit}"));
        return digits.Length == 2 * Channels && digits.All(char.IsAsciiHexDigit) ? $"#{digits}" : null;
    }

    /// <summary>From 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        var (light, dark) = (Luminance(one), Luminance(other));
        if (light < dark)
            (light, dark) = (dark, light);
        return (light + 0.05) / (dark + 0.05);
    }

    /// <summary>The colour, mixed with white until it can be read on <paramref name="surface"/>.</summary>
    public static string ReadableOn(string colour, string surface)
    {
        for (int step = 0; step < Steps; step++)
            if (Mix(colour, White, step / (double)Steps) is var mixed && Contrast(mixed, surface) >= MinContrast)
                return mixed;
        return White;
    }

    /// <summary>A little darker, for what the pointer is on.</summary>
    public static string Darker(string colour) => Mix(colour, "#000000", 0.15);

    private static string Mix(string colour, string with, double part) => "#" + string.Concat(Parts(colour).Zip(Parts(with))
        .Select(pair => ((int)Math.Round(pair.First + ((pair.Second - pair.First) * part)))
            .ToString("x2", CultureInfo.InvariantCulture)));

    private static double Luminance(string colour)
    {
        double[] parts = [.. Parts(colour).Select(part => part / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    private static IEnumerable<int> Parts(string colour) => Enumerable.Range(0, Channels)
        .Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
