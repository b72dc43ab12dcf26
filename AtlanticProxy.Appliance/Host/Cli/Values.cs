using System.CommandLine;
using System.CommandLine.Parsing;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli;

/// <summary>A limit that an option sets.</summary>
/// <param name="Value">Null: none.</param>
internal readonly record struct Limit<T>(T? Value) where T : struct;

/// <summary>
/// Options and arguments whose values are read by the parser that documents, forms and settings have too. System.CommandLine's
/// own conversions are not used: they follow the culture, and speak of types.
/// </summary>
internal static class Values
{
    private const string NoLimit = "none";

    public static Option<DataSize?> Size(string name, string description) =>
        Option<DataSize>(name, "SIZE", description, DataSize.Parse);

    public static Option<DataRate?> Rate(string name, string description) =>
        Option<DataRate>(name, "MBPS", description, DataRate.Parse);

    public static Option<int?> Count(string name, string description, int min = 0) =>
        Option(name, "N", description, text => WholeNumber(text, min));

    /// <summary>An amount of money: its currency says later how many digits it may have.</summary>
    public static Option<decimal?> Amount(string name, string description) =>
        Option<decimal>(name, "AMOUNT", description, Figures.Number);

    /// <summary>From 0 to 1.</summary>
    public static Option<decimal?> Share(string name, string description) =>
        Option<decimal>(name, "RATE", description, Figures.Number);

    public static Option<DateOnly?> Day(string name, string description) =>
        Option<DateOnly>(name, "DAY", description, Figures.Day);

    public static Option<DateTimeOffset?> Instant(string name, string description) =>
        Option<DateTimeOffset>(name, "TIME", description, Figures.Instant);

    /// <summary>One of the values of an enumeration, as <see cref="Spelling"/> has them.</summary>
    public static Option<T?> Choice<T>(string name, string description) where T : struct, Enum =>
        Option<T>(name, string.Join('|', Spelling.All<T>()), description, Spelling.Parse<T>);

    /// <summary>One of these words.</summary>
    public static Option<string?> Word(string name, string helpName, string description, IReadOnlyList<string> words)
    {
        var option = new Option<string?>(name) { HelpName = helpName, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value))
                result.AddError($"{name}: '{token.Value}' is not one of {string.Join(", ", words)}.");
        });
        return option;
    }

    /// <summary>The same of a limit that <c>none</c> takes away.</summary>
    public static Option<Limit<DataSize>?> SizeLimit(string name, string description) =>
        LimitOf<DataSize>(name, "SIZE", description, DataSize.Parse);

    /// <inheritdoc cref="SizeLimit"/>
    public static Option<Limit<DataRate>?> RateLimit(string name, string description) =>
        LimitOf<DataRate>(name, "MBPS", description, DataRate.Parse);

    /// <inheritdoc cref="SizeLimit"/>
    public static Option<Limit<int>?> CountLimit(string name, string description) =>
        LimitOf(name, "N", description, text => WholeNumber(text, 0));

    /// <inheritdoc cref="SizeLimit"/>
    public static Option<Limit<DateOnly>?> DayLimit(string name, string description) =>
        LimitOf<DateOnly>(name, "DAY", description, Figures.Day);

    public static Argument<decimal> AmountArgument(string description) => Argument("AMOUNT", description, Figures.Number);

    public static Argument<long> IdArgument(string description) => Argument("ID", description, text => Figures.Whole(text, 1));

    public static Argument<T> ChoiceArgument<T>(string name, string description) where T : struct, Enum =>
        Argument(name, description, Spelling.Parse<T>);

    public static Option<T?> Option<T>(string name, string helpName, string description, Func<string, Result<T>> read) where T
        : struct => new(name)
    {
        HelpName = helpName, Description = description, CustomParser = result => Read(result, name, read, out var value)
            ? value
            : null,
    };

    public static Argument<T> Argument<T>(string name, string description, Func<string, Result<T>> read) where T
        : struct => new(name)
    {
        Description = description, CustomParser = result => Read(result, name, read, out var value) ? value : default,
    };

    private static Option<Limit<T>?> LimitOf<T>(string name, string helpName, string description, Func<string, Result<T>> read)
        where T : struct =>
            Option(name, helpName, $"{description}; {NoLimit} for no limit",
            text => text == NoLimit ? new Limit<T>(null) : read(text).Then(value => new Limit<T>(value)));

    private static Result<int> WholeNumber(string text, int min) =>
        Figures.Whole(text, min, int.MaxValue).Then(number => (int)number);

    private static bool Read<T>(ArgumentResult result, string name, Func<string, Result<T>> read, out T value) where T : struct
    {
        value = default;
        var outcome = read(result.Tokens[0].Value);
        if (outcome.IsSuccess)
            value = outcome.Value;
        else
            result.AddError($"{name}: {outcome.Errors[0].Message}");
        return outcome.IsSuccess;
    }
}
