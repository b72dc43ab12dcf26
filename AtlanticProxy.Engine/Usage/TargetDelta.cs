namespace AtlanticProxy.Engine.Usage;

/// <summary>What a proxy user moved to and from one host since the last collection.</summary>
/// <param name="Host">As the client named it, lower case: a name, or a literal address.</param>
/// <param name="Bytes">Both directions, as they are billed.</param>
/// <param name="Connections">Tunnels and requests that began.</param>
public readonly record struct TargetDelta(long ProxyUserId, string Host, long Bytes, long Connections);

/// <summary>
/// Takes what went to which host: statistics, beside what is billed, and not journaled. Called like <see cref="IUsageSink"/>;
/// without one, the engine does not even tell hosts apart.
/// </summary>
public interface ITargetSink
{
    /// <param name="targets">One host may be in it several times.</param>
    void Accept(IReadOnlyList<TargetDelta> targets);
}
