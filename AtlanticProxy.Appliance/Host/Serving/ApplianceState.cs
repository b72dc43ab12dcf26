namespace AtlanticProxy.Host.Serving;

/// <summary>Where the appliance is in its life; readiness follows it.</summary>
internal enum AppliancePhase
{
    Starting,
    Ready,

    /// <summary>Still serving what is open, but nothing new should be sent here.</summary>
    Stopping,
}

/// <summary>The phase, for whoever is asked for it.</summary>
internal sealed class ApplianceState
{
    private volatile AppliancePhase _phase = AppliancePhase.Starting;

    public AppliancePhase Phase
    {
        get => _phase;
        set => _phase = value;
    }
}
