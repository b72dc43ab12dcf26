namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>How often the exit of one session was to change. Kept for longer than any session's time.</summary>
internal sealed class SessionExitChange
{
    public long ProxyUserId { get; set; }

    /// <summary>The client's own name for it.</summary>
    public required string Session { get; set; }

    public int Generation { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }
}
