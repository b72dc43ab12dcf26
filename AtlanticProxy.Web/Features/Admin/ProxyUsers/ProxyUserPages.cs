using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.ProxyUsers;

internal sealed record ProxyUserListPage(
    Page<ProxyUserSummary> Users, IReadOnlyDictionary<long, UsageTotal> Today, Listing Listing);

internal sealed record ProxyUserPage(
    ProxyUserSummary User, LimitsForm Limits, UsageTotal Today, IReadOnlyList<UsagePoint> Hours,
    IReadOnlyList<TargetShare>? Destinations, CredentialsPanel Credentials);

internal sealed record NewProxyUserForm(string? Customer, string? Name);

/// <summary>Limits as people write them. Empty is no limit.</summary>
/// <param name="SpeedMbps">Megabits per second in each direction.</param>
/// <param name="AllowedSources">Addresses or networks, one a line.</param>
/// <param name="LimitGb">Of the customer's traffic a period.</param>
internal sealed record LimitsForm(int? MaxConnections, DataRate? SpeedMbps, string? AllowedSources, DataSize? LimitGb = null)
{
    public static LimitsForm Of(ProxyUserSummary user) => new(
        user.MaxConnections,
        user.SpeedBytesPerSecond is { } speed ? new DataRate(speed) : null,
        string.Join('\n', user.AllowedSources),
        user.LimitBytes is { } limit ? new DataSize(limit) : null);

    /// <summary>What it shows.</summary>
    public IReadOnlyList<FormFact> Facts =>
    [
        new("Connections at a time", $"{MaxConnections}"), new("Speed", $"{SpeedMbps}"), new("Traffic", $"{LimitGb}"),
        new("Addresses that need no password", AllowedSources?.Replace("\n", ", ", StringComparison.Ordinal)),
    ];

    public ProxyUserLimits ToLimits() => new(
        MaxConnections,
        SpeedMbps?.BytesPerSecond,
        (AllowedSources ?? "")
            .Split(['\n', '\r', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        LimitGb?.Bytes);
}
