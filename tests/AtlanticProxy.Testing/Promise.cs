using System.Runtime.CompilerServices;

namespace AtlanticProxy.Testing;

/// <summary>
/// Holds what is promised within a time against the clock. A shared machine stands still for longer than that now and then, which
/// spoils a measurement and breaks no promise: it is made again, a few times. A promise that is not kept is broken each time.
/// </summary>
public static class Promise
{
    private const int Tries = 3;

    /// <param name="bound">What is promised: it must take less.</param>
    /// <param name="measure">Measures once, with a user, key or session of its own, which the number of the try may name; awaits
    /// the event itself for as long as it takes.</param>
    /// <exception cref="TimeoutException">It took as long or longer each time.</exception>
    public static async Task IsKeptAsync(
        TimeSpan bound, Func<int, Task<TimeSpan>> measure, [CallerMemberName] string promise = "")
    {
        var taken = new List<TimeSpan>();
        do
            taken.Add(await measure(taken.Count));
        while (taken[^1] >= bound && taken.Count < Tries);
        if (taken[^1] >= bound)
            throw new TimeoutException(
                $"Promised within {bound.TotalSeconds:0.###} s, took "
                    + $"{string.Join(", ", taken.Select(t => $"{t.TotalSeconds:0.###} s"))}: {promise}");
    }
}
