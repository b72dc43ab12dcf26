namespace AtlanticProxy.Web;

/// <summary>What the host tells the portal while both run.</summary>
public sealed class PortalState
{
    private volatile bool _databaseIsAway;

    /// <summary>The database has not answered since the start: no page can be made, so none is tried.</summary>
    public bool DatabaseIsAway
    {
        get => _databaseIsAway;
        set => _databaseIsAway = value;
    }
}
