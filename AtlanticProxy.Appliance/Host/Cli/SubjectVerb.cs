using System.CommandLine;

namespace AtlanticProxy.Host.Cli;

/// <summary>A verb about one thing that is stored, named by its first argument: <c>NOUN VERB NAME [options]</c>.</summary>
internal abstract class SubjectVerb<T> : DatabaseVerb
{
    private readonly Subject<T> _subject;

    /// <param name="more">Options and arguments behind it.</param>
    protected SubjectVerb(
        CommonOptions common, string name, string description, Subject<T> subject, params IEnumerable<Symbol> more)
        : base(common, name, description)
    {
        _subject = subject;
        Arguments.Add(subject.Argument);
        AddAll(more);
    }

    protected sealed override async Task<int> RunAsync(Call call)
    {
        var found = await _subject.FindAsync(call);
        return found.IsSuccess ? await RunAsync(call, found.Value) : call.Terminal.Fail(found);
    }

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(Call call, T found);
}

/// <summary>One that is a single command or query.</summary>
internal sealed class SimpleVerb<T>(
    CommonOptions common, string name, string description, Subject<T> subject, Func<Call, T, Task<int>> run,
    params IEnumerable<Symbol> more)
    : SubjectVerb<T>(common, name, description, subject, more)
{
    protected override Task<int> RunAsync(Call call, T found) => run(call, found);
}
