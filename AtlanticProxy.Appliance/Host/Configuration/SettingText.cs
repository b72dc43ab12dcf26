using System.Globalization;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// A setting's text as configuration binding is to see it, read by the parser of the command line first: binding itself takes
/// <c>0x10</c> for 16, and speaks of types.
/// </summary>
internal static class SettingText
{
    /// <summary>What settings in bytes are called: they may have a unit, <c>64 KiB</c>.</summary>
    private const string BytesSuffix = "Bytes";

    /// <param name="name">Of the setting.</param>
    /// <param name="type">Of its value. One that is not known here stays as it is, for binding to judge.</param>
    public static Result<string> Read(string name, Type type, string text)
    {
        if (type == typeof(int))
            return name.EndsWith(BytesSuffix, StringComparison.Ordinal)
                ? Bytes(text, int.MaxValue)
                : Whole(text, int.MinValue, int.MaxValue);
        if (type == typeof(long))
            return name.EndsWith(BytesSuffix, StringComparison.Ordinal)
                ? Bytes(text, long.MaxValue)
                : Whole(text, long.MinValue, long.MaxValue);
        if (type == typeof(decimal) || type == typeof(double))
            return Figures.Number(text).Then(Figures.Text);
        if (type == typeof(bool))
            return bool.TryParse(text, out bool flag) ? flag.ToString() : Refused(text, "true or false");
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : Refused(text, "a time such as 00:00:30");
        if (type.IsEnum)
            return Enum.GetNames(type)
                .FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } value
                    ? value : Refused(text, $"one of {string.Join(", ", Enum.GetNames(type))}");
        return text;
    }

    private static Result<string> Whole(string text, long min, long max) =>
        Figures.Whole(text, min, max).Then(number => Figures.Text(number));

    private static Result<string> Bytes(string text, long max)
    {
        var size = DataSize.ParseBytes(text);
        return size.IsSuccess ? Whole(Figures.Text(size.Value.Bytes), long.MinValue, max) : Result.Failure<string>(size.Errors);
    }

    private static Error Refused(string text, string what) =>
        new(ErrorKind.Invalid, "setting.invalid", $"'{text}' is not {what}.");
}
