using System.Runtime.CompilerServices;

namespace AtlanticProxy.Testing;

/// <summary>Waits for what cannot be awaited: looks often, fails at a deadline with words.</summary>
public static class Poll
{
    /// <summary>Far beyond what a loaded two-core machine needs; a passing test never waits for it.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <exception cref="TimeoutException">The condition did not come to hold.</exception>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string because = "")
    {
        long start = TimeProvider.System.GetTimestamp();
        var limit = deadline ?? DefaultDeadline;
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {because}");
            await Task.Delay(Interval, TimeProvider.System);
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan?, string)"/>
    public static Task UntilAsync(
        Func<bool> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string because = "") =>
        UntilAsync(() => Task.FromResult(condition()), deadline, because);
}
