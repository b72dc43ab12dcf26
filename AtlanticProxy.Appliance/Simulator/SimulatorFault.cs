namespace AtlanticProxy.Simulator;

public enum FaultKind
{
    None,

    /// <summary>A connection is reset as soon as it is accepted (one that was open already: at its next request).</summary>
    Refuse,

    /// <summary>Everything is accepted and read, nothing is ever said.</summary>
    Blackhole,

    /// <summary>407 to every request (SOCKS5: authentication failure), whatever the credentials.</summary>
    Reject407,

    /// <summary>The answer is no protocol at all.</summary>
    Garbage,

    /// <summary>Relays, but closes the connection after so many bytes towards the client.</summary>
    Truncate,

    /// <summary>An HTTP status to every request (SOCKS5: general failure).</summary>
    Status,
}

/// <summary>
/// What is wrong with the simulated provider just now. Set at run time through <see cref="ProviderSimulator.Fault"/>.
/// </summary>
/// <param name="Kind">Which fault.</param>
/// <param name="Value">Bytes for <see cref="FaultKind.Truncate"/>, the status for <see cref="FaultKind.Status"/>.</param>
public sealed record SimulatorFault(FaultKind Kind, int Value = 0)
{
    public static readonly SimulatorFault None = new(FaultKind.None);
    public static readonly SimulatorFault Refuse = new(FaultKind.Refuse);
    public static readonly SimulatorFault Blackhole = new(FaultKind.Blackhole);
    public static readonly SimulatorFault Reject407 = new(FaultKind.Reject407);
    public static readonly SimulatorFault Garbage = new(FaultKind.Garbage);

    /// <summary>
    /// Closes after <paramref name="bytes"/> bytes towards the client: of a tunnel, or of a plain HTTP response's body.
    /// </summary>
    public static SimulatorFault Truncate(int bytes) => new(FaultKind.Truncate, bytes);

    public static SimulatorFault Status(int status) => new(FaultKind.Status, status);
}
