using System.CommandLine;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli;

/// <summary>Of an option that can be set and taken back: the parser takes nothing but true and false for a bool.</summary>
internal enum Answer
{
    Yes,
    No,
}

/// <summary>One run of a verb on the database.</summary>
internal sealed record Call(IServiceProvider Services, ParseResult Parsed, Terminal Terminal, CancellationToken Cancel)
{
    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>Null when the option was left out.</summary>
    public bool? Value(Option<Answer?> option) => Parsed.GetValue(option) is { } answer ? answer == Answer.Yes : null;

    public T Value<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>Answers what <paramref name="command"/> made.</summary>
    /// <param name="answer">For programs, of the value.</param>
    /// <param name="lines">For people.</param>
    public async Task<int> DoneAsync<T>(Task<Result<T>> command, Func<T, object?> answer, Func<T, IEnumerable<string>> lines)
    {
        var done = await command;
        return done.IsSuccess ? Terminal.Done(answer(done.Value), lines(done.Value)) : Terminal.Fail(done);
    }

    /// <summary>Answers that <paramref name="command"/> is done.</summary>
    public async Task<int> DoneAsync(Task<Result> command, object answer, params IEnumerable<string> lines)
    {
        var done = await command;
        return done.IsSuccess ? Terminal.Done(answer, lines) : Terminal.Fail(done);
    }

    /// <summary>Answers a thing as it is after <paramref name="change"/>, and whether that changed it.</summary>
    public async Task<int> ChangedAsync(Task<Result<bool>> change, Func<Task<object?>> answer, string subject, string changed)
    {
        var done = await change;
        return done.IsSuccess
            ? Terminal.Done(await answer(), done.Value ? $"{subject}: {changed}" : $"No changes: {subject} is {changed} already")
            : Terminal.Fail(done);
    }
}
