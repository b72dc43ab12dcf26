using System.Text.Json;

namespace AtlanticProxy.Web.Api;

/// <summary>A value of an enum as a parameter, spelled as bodies spell it: in snake_case.</summary>
internal readonly record struct Named<T>(T Value) where T : struct, Enum
{
    public static IEnumerable<string> Names => Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    public static bool TryParse(string? text, IFormatProvider? provider, out Named<T> named)
    {
        foreach (var value in Enum.GetValues<T>())
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == text)
            {
                named = new Named<T>(value);
                return true;
            }
        named = default;
        return false;
    }
}
