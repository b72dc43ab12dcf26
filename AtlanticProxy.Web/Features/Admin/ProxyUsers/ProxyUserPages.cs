using AtlanticProxy.ControlPlane.ProxyUsers;
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
/// <param name="LimitGb">Of the customer's traffic a period, GB.</param>
internal sealed record LimitsForm(int? MaxConnections, decimal? SpeedMbps, string? AllowedSources, decimal? LimitGb = null)
{
    private const decimal BytesPerSecondPerMbps = 1_000_000m / 8;

    /// <summary>10 Tbit/s: more than any machine has, and far from overflow.</summary>
    private const decimal MaxMbps = 10_000_000m;

    private const decimal BytesPerGb = 1_000_000_000m;

    /// <summary>An exabyte: more than any plan, and far from overflow.</summary>
    private const decimal MaxGb = 1_000_000_000m;

    public static LimitsForm Of(ProxyUserSummary user) => new(
        user.MaxConnections,
        user.SpeedBytesPerSecond / BytesPerSecondPerMbps is { } mbps ? Math.Round(mbps, 3) / 1.000m : null,
        string.Join('\n', user.AllowedSources),
        user.LimitBytes / BytesPerGb);

    public ProxyUserLimits ToLimits() => new(
        MaxConnections,
        SpeedMbps is { } mbps ? (long)(Math.Clamp(mbps, -1, MaxMbps) * BytesPerSecondPerMbps) : null,
        (AllowedSources ?? "")
            .Split(['\n', '\r', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        LimitGb is { } gb ? (long)(Math.Clamp(gb, -1, MaxGb) * BytesPerGb) : null);
}
