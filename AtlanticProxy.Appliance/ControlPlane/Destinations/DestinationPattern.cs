using System.Globalization;
using System.Net;
using System.Text;
using AtlanticProxy.ControlPlane.Networks;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Admission.Rules;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>
/// What a rule forbids, as it is stored: names in lower case and punycode without a final dot, networks with IPv4 as IPv4.
/// </summary>
internal readonly record struct DestinationPattern(DestinationRuleKind Kind, string Value)
{
    private const int MaxCategoryLength = 40;

    // Underscores are no host name's by STD 3, but real names have them. Unassigned code points have no punycode yet.
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false, AllowUnassigned = false };

    /// <summary>Reads what people write. Errors are of the field <see cref="AddDestinationRule.Request.Value"/>.</summary>
    public static Result<DestinationPattern> Parse(DestinationRuleKind kind, string text)
    {
        string value = text.Trim().ToLowerInvariant();
        return kind switch
        {
            DestinationRuleKind.Port => ParsePort(value),
            DestinationRuleKind.Domain or DestinationRuleKind.Suffix => ParseName(kind, value),
            DestinationRuleKind.Category => ParseCategory(value),
            DestinationRuleKind.Network => ParseNetwork(value),
        };
    }

    /// <summary>A stored name in the letters of its language; the same where it has only ASCII, or cannot be read.</summary>
    public static string Readable(string name)
    {
        try
        {
            return Idn.GetUnicode(name);
        }
        catch (ArgumentException)
        {
            return name; // it only looks like punycode
        }
    }

    public static bool IsCategory(string value) =>
        value.Length is > 0 and <= MaxCategoryLength
        && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static Result<DestinationPattern> ParsePort(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
        && port is >= 1 and <= ushort.MaxValue && value[0] != '0'
            ? new DestinationPattern(DestinationRuleKind.Port, value)
            : Invalid("A port is a number from 1 to 65535.");

    private static Result<DestinationPattern> ParseCategory(string value) => IsCategory(value)
        ? new DestinationPattern(DestinationRuleKind.Category, value)
        : Invalid("A category is the name of a folder of block lists: small letters, digits, '-' and '_'.");

    private static Result<DestinationPattern> ParseNetwork(string value)
    {
        if (NetworkText.Parse(value) is not { } network)
            return Invalid(
                $"'{value}' is not an address or network, such as 203.0.113.7 or 203.0.113.0/24 (no bits set beyond the "
                    + $"prefix).");
        return new DestinationPattern(DestinationRuleKind.Network, NetworkText.Of(network));
    }

    // "*.example.com" and ".example.com" are how other products write what a suffix is here.
    private static Result<DestinationPattern> ParseName(DestinationRuleKind kind, string text)
    {
        if (IPAddress.TryParse(text, out _) || NetworkText.Parse(text) is not null)
            return IsAddress($"{text} is an address: add it as a network rule.");
        string name = text;
        if (name.StartsWith("*.", StringComparison.Ordinal) || name.StartsWith('.'))
        {
            kind = DestinationRuleKind.Suffix;
            name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        }
        if (name.Contains('*', StringComparison.Ordinal))
            return Invalid("A * stands only in front of a whole name, as in *.example.com.");
        if (ToAscii(name) is not { } ascii)
            return Invalid($"'{text}' is not a name: it cannot be written in punycode.");
        if (ascii.EndsWith('.'))
            ascii = ascii[..^1];
        if (ascii[(ascii.LastIndexOf('.') + 1)..] is { Length: > 0 } last && last.All(char.IsAsciiDigit))
            return IsAddress($"{text} ends in a number, as only addresses do: add it as a network rule.");
        if (ascii.EndsWith('.') || !DestinationRules.IsDomain(ascii))
            return Invalid(kind == DestinationRuleKind.Domain
                ? "A domain is a name such as ads.example.com."
                : "A suffix is a name of at least two labels, such as example.com; it covers every name below it.");
        return new DestinationPattern(kind, ascii);
    }

    private static string? ToAscii(string name)
    {
        if (Ascii.IsValid(name))
            return name;
        try
        {
            return Idn.GetAscii(name).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Error Invalid(Phrase message) =>
        new(ErrorKind.Invalid, "rule.value_invalid", message, nameof(AddDestinationRule.Request.Value));

    private static Error IsAddress(Phrase message) =>
        new(ErrorKind.Invalid, "rule.value_is_address", message, nameof(AddDestinationRule.Request.Value));
}
