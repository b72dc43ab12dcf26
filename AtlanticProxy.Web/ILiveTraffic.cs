namespace AtlanticProxy.Web;

/// <summary>Traffic of the last second.</summary>
/// <param name="Down">Bytes to clients.</param>
/// <param name="Up">Bytes from clients.</param>
/// <param name="Opened">Tunnels and requests that began.</param>
public sealed record LiveFigure(long Down, long Up, long Opened)
{
    public static readonly LiveFigure None = new(0, 0, 0);
}

/// <summary>What passes through the engine of this process now. The host brings it.</summary>
public interface ILiveTraffic
{
    /// <summary>Of all customers together.</summary>
    LiveFigure Total { get; }

    /// <summary>Of each customer that has any, by id.</summary>
    IReadOnlyDictionary<long, LiveFigure> ByCustomer();

    /// <summary>Connections of clients that are open now.</summary>
    int OpenConnections { get; }
}

/// <summary>For a portal beside which no engine runs.</summary>
internal sealed class NoLiveTraffic : ILiveTraffic
{
    public LiveFigure Total => LiveFigure.None;

    public int OpenConnections => 0;

    public IReadOnlyDictionary<long, LiveFigure> ByCustomer() => new Dictionary<long, LiveFigure>();
}
