using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>Brings one entry of a section to what the document says; adds a line for each change.</summary>
internal delegate Task<Result> ApplyEntry<in T>(T desired, List<string> changes, CancellationToken cancellation);

/// <summary>One run over a document: what it has changed so far. What is refused is said with its place.</summary>
internal sealed class ApplyRun(CancellationToken cancellation)
{
    public List<string> Changes { get; } = [];

    /// <summary>A section that is one thing. The answer is null, or what was refused.</summary>
    /// <param name="desired">Null: the document does not have the section.</param>
    public async Task<Result?> OneAsync<T>(string section, T? desired, ApplyEntry<T> apply) where T : class =>
        desired is not null && await apply(desired, Changes, cancellation) is { IsSuccess: false } wrong
            ? Result.Failure([.. wrong.At(section).Errors
                .Select(error => error with { Words = $"{error.Field}: {error.Words}" })])
            : null;

    /// <summary>A section that is a list. The answer is null, or what was refused.</summary>
    public async Task<Result?> EachAsync<T>(
        string section, IReadOnlyList<T> entries, Func<T, string> nameOf, ApplyEntry<T> apply)
    {
        foreach (var (index, entry) in entries.Index())
            if (await apply(entry, Changes, cancellation) is { IsSuccess: false } wrong)
                return Result.Failure([.. wrong.At($"{section}[{index}]").Errors
                    .Select(error => error with { Words = $"{error.Field} ({nameOf(entry)}): {error.Words}" })]);
        return null;
    }
}
