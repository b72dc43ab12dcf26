using System.Text.RegularExpressions;
using AtlanticProxy.Simulator.Exits;

namespace AtlanticProxy.Simulator.Grammars;

/// <summary>One thing that can be asked for.</summary>
/// <param name="Key">As it stands before its value.</param>
/// <param name="Values">What its value looks like, all of it; null when it has none.</param>
internal sealed record TargetToken(string Key, Regex? Values, Func<RequestedExit, string, RequestedExit> Apply)
{
    private const string TwoLetters = "[a-zA-Z]{2}", Number = "[0-9]{1,10}", Words = "[a-zA-Z0-9]+(_[a-zA-Z0-9]+)*",
    OneWord = "[a-z0-9]+";

    public static TargetToken Country(string key) =>
        Of(key, TwoLetters, (exit, value) => exit with { Country = value.ToUpperInvariant() });

    /// <summary>As two letters (<c>ny</c>).</summary>
    public static TargetToken StateCode(string key) => Of(key, TwoLetters, (exit, value) => exit with { State = value });

    /// <summary>As one word (<c>newyork</c>).</summary>
    public static TargetToken State(string key) => Of(key, OneWord, (exit, value) => exit with { State = value });

    /// <summary>With words apart (<c>new_york</c>).</summary>
    public static TargetToken StateWords(string key) => Of(key, Words, (exit, value) => exit with { State = value });

    /// <summary>With the country before it, and words apart (<c>us_new_york</c>).</summary>
    public static TargetToken StateOfCountry(string key) =>
        Of(key, $"{TwoLetters}_{Words}", (exit, value) => exit with { State = value[3..] });

    /// <summary>As one word (<c>newyork</c>).</summary>
    public static TargetToken City(string key) => Of(key, OneWord, (exit, value) => exit with { City = value });

    /// <summary>With words apart (<c>new_york</c>).</summary>
    public static TargetToken CityWords(string key) => Of(key, Words, (exit, value) => exit with { City = value });

    public static TargetToken Session(string key, string values = "[a-zA-Z0-9]{1,64}") =>
        Of(key, values, (exit, value) => exit with { Session = value });

    /// <summary>A time or a flag that says nothing about which exit it is.</summary>
    public static TargetToken Time(string key, string values = Number) => Of(key, values, (exit, _) => exit);

    public static TargetToken Flag(string key) => new(key, null, (exit, _) => exit);

    /// <summary>Something else that decides about the exit.</summary>
    public static TargetToken Numbered(string key) => Other(key, Number);

    /// <inheritdoc cref="Numbered"/>
    public static TargetToken Named(string key) => Other(key, Words);

    private static TargetToken Other(string key, string values) =>
        Of(key, values, (exit, value) => exit with { Other = $"{exit.Other};{key}={value}" });

    private static TargetToken Of(string key, string values, Func<RequestedExit, string, RequestedExit> apply) =>
        new(key, new Regex($"^({values})$", RegexOptions.CultureInvariant), apply);
}
