using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Health;

/// <summary>For how long a check was how.</summary>
[Table("health_spans")]
internal sealed class HealthSpan
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public required string Node { get; set; }
    public required string CheckName { get; set; }
    public HealthState State { get; set; }

    /// <summary>What was found last.</summary>
    public required string Words { get; set; }

    public DateTimeOffset BeganAt { get; set; }

    /// <summary>Until then it is known to have lasted.</summary>
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>A time in which nobody is told.</summary>
[Table("health_mutes")]
internal sealed class HealthMute
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Null: of every check.</summary>
    public string? CheckName { get; set; }

    public required string Note { get; set; }
    public DateTimeOffset BeginsAt { get; set; }
    public DateTimeOffset EndsAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
