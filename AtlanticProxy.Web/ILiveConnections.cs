using AtlanticProxy.Engine.Connections;

namespace AtlanticProxy.Web;

/// <summary>What is carried now.</summary>
/// <param name="Refused">Requests and connections that were turned away, a second, of all customers together.</param>
public sealed record LiveLook(OpenConnections Open, double Refused);

/// <summary>The connections that the engine of this process carries now. The host brings it.</summary>
public interface ILiveConnections
{
    /// <param name="most">How many at most are described.</param>
    /// <exception cref="TimeoutException">The engine does not answer.</exception>
    Task<LiveLook> LookAsync(
        OpenConnectionFilter filter, OpenConnectionOrder order, int most, CancellationToken cancellation);

    /// <summary>Cuts those that are still open; how many those were.</summary>
    /// <exception cref="TimeoutException">The engine does not answer.</exception>
    Task<int> CutAsync(IReadOnlySet<long> ids, CancellationToken cancellation);
}

/// <summary>For a portal beside which no engine runs.</summary>
internal sealed class NoLiveConnections : ILiveConnections
{
    public Task<LiveLook> LookAsync(
        OpenConnectionFilter filter, OpenConnectionOrder order, int most, CancellationToken cancellation) =>
        Task.FromResult(new LiveLook(new OpenConnections([], 0, 0), 0));

    public Task<int> CutAsync(IReadOnlySet<long> ids, CancellationToken cancellation) => Task.FromResult(0);
}
