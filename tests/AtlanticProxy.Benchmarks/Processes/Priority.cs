namespace AtlanticProxy.Benchmarks.Processes;

/// <summary>
/// Puts this session's processes before what else the machine is doing, for as long as this is not disposed. Linux groups
/// processes by session and shares a core between the groups (sched(7), "The autogroup feature"), so that a nice value alone
/// would not do.
/// </summary>
internal sealed class Priority : IDisposable
{
    private const string Group = "/proc/self/autogroup", Highest = "-20", Normal = "0";

    private Priority()
    {
    }

    public static Priority Raise()
    {
        Set(Highest);
        return new Priority();
    }

    public void Dispose() => Set(Normal);

    private static void Set(string nice)
    {
        if (File.Exists(Group))
            File.WriteAllText(Group, nice);
    }
}
