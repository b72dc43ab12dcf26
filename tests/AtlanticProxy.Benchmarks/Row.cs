namespace AtlanticProxy.Benchmarks;

/// <summary>One line of the table: the same figure of each proxy, and what ours shall reach.</summary>
/// <param name="Figures">Median by proxy name.</param>
/// <param name="Goals">What is asked of ours, each with whether it is reached.</param>
internal sealed record Row(
    string Name, string Title, string Unit, IReadOnlyDictionary<string, double> Figures, IReadOnlyList<Goal> Goals)
{
    public const string Connect = "connect", Requests = "requests", Bulk = "bulk", Forward = "forward", Post = "post", Socks5 =
        "socks5",
        Memory = "memory", Latency = "latency", Allocations = "allocations", Cores = "cores", Usage = "usage",
        Shadowsocks = "shadowsocks",
        Endurance = "endurance", Renewals = "renewals", Pages = "pages", Api = "api";

    /// <summary>Those that take long, and run only when they are named.</summary>
    public static readonly string[] Apart = [Endurance, Renewals, Pages, Api];

    public static readonly string[] Names =
        [Connect, Requests, Bulk, Forward, Post, Socks5, Memory, Latency, Allocations, Cores, Shadowsocks, Usage, .. Apart];
}

/// <summary>A target and how far it is reached.</summary>
/// <param name="Text">For example "at least 2.0 x squid".</param>
/// <param name="Measured">The ratio or figure that it is about.</param>
internal sealed record Goal(string Text, double Measured, bool IsReached)
{
    public static Goal AtLeast(double factor, string than, double ratio) =>
        new($">= {factor:0.0} x {than}", ratio, ratio >= factor);

    public static Goal NotAbove(string what, double limit, double measured) => new($"<= {what}", measured, measured <= limit);

    public static Goal Under(double limit, string unit, double measured) =>
        new($"< {limit:0.##} {unit}", measured, measured < limit);
}
