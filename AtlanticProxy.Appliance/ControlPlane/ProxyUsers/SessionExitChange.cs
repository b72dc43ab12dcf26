using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>How often the exit of one session was to change. Kept for longer than any session's time.</summary>
[Table("session_exit_changes")]
internal sealed class SessionExitChange
{
    [PrimaryKey(1)]
    public long ProxyUserId { get; set; }

    /// <summary>The client's own name for it.</summary>
    [PrimaryKey(2)]
    public required string Session { get; set; }

    public int Generation { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }
}
