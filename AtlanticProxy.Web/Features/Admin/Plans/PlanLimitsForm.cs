using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Plans;

/// <summary>What a plan bounds, as its form has it: speeds in Mbit/s; empty is no limit.</summary>
internal sealed record PlanLimitsForm
{
    /// <summary>Whether the form had the limits: other forms leave them as they are.</summary>
    public bool HasLimits { get; init; }

    public int? MaxConnections { get; init; }
    public int? ConnectionsPerSecond { get; init; }
    public int? RequestsPerMinute { get; init; }
    public DataRate? SpeedUpMbps { get; init; }
    public DataRate? SpeedDownMbps { get; init; }
    public int? MaxClientAddresses { get; init; }
    public int? Seats { get; init; }
    public DataRate? FloorMbps { get; init; }

    public static PlanLimitsForm Of(PlanLimits limits) => new()
    {
        HasLimits = true,
        MaxConnections = limits.MaxConnections,
        ConnectionsPerSecond = limits.ConnectionsPerSecond,
        RequestsPerMinute = limits.RequestsPerMinute,
        SpeedUpMbps = Rate(limits.SpeedUpBytesPerSecond),
        SpeedDownMbps = Rate(limits.SpeedDownBytesPerSecond),
        MaxClientAddresses = limits.MaxClientAddresses,
        Seats = limits.Seats,
        FloorMbps = Rate(limits.FloorBytesPerSecond),
    };

    /// <summary>With the rest, such as the period, of <paramref name="limits"/>.</summary>
    public PlanLimits ToLimits(PlanLimits limits) => !HasLimits ? limits : limits with
    {
        MaxConnections = MaxConnections,
        ConnectionsPerSecond = ConnectionsPerSecond,
        RequestsPerMinute = RequestsPerMinute,
        SpeedUpBytesPerSecond = SpeedUpMbps?.BytesPerSecond,
        SpeedDownBytesPerSecond = SpeedDownMbps?.BytesPerSecond,
        MaxClientAddresses = MaxClientAddresses,
        Seats = Seats,
        FloorBytesPerSecond = FloorMbps?.BytesPerSecond,
    };

    public IReadOnlyList<FormFact> Facts =>
    [
        new("Connections at a time", $"{MaxConnections}"), new("Connections a second", $"{ConnectionsPerSecond}"),
        new("Requests a minute", $"{RequestsPerMinute}"), new("Speed up", $"{SpeedUpMbps}"),
        new("Speed down", $"{SpeedDownMbps}"), new("Client addresses", $"{MaxClientAddresses}"), new("Seats", $"{Seats}"),
        new("Speed once the traffic is used up", $"{FloorMbps}"),
    ];

    /// <summary>The form's name for a limit.</summary>
    public static string FieldOf(string field) => field switch
    {
        nameof(PlanLimits.SpeedUpBytesPerSecond) => nameof(SpeedUpMbps),
        nameof(PlanLimits.SpeedDownBytesPerSecond) => nameof(SpeedDownMbps),
        nameof(PlanLimits.FloorBytesPerSecond) => nameof(FloorMbps),
        _ => PlanTermsForm.FieldOf(field),
    };

    private static DataRate? Rate(long? bytesPerSecond) => bytesPerSecond is { } rate ? new DataRate(rate) : null;
}
