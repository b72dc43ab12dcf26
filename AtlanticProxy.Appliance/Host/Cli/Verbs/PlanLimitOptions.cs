using System.CommandLine;
using AtlanticProxy.ControlPlane.Plans;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// A plan's period and limits, as <c>plan add</c> and <c>plan change</c> take them. What is left out stays as it is; 0 takes a
/// limit away.
/// </summary>
internal sealed class PlanLimitOptions
{
    private readonly Option<string?> _period = new("--period") { HelpName = "LENGTH",
        Description = "A subscription's period: day, week or month, or so many of them as in 30day; month if never said" };
    private readonly Option<string?> _window = new("--window") { HelpName = "WINDOW",
        Description = "How included traffic is counted: period (from the day of purchase), rolling (the last days) or lifetime" };
    private readonly Option<int?> _connections = new("--max-connections") { HelpName = "N",
        Description = "Connections at a time" };
    private readonly Option<int?> _rate = new("--connections-per-second") { HelpName = "N",
        Description = "New connections a second" };
    private readonly Option<int?> _requests = new("--requests-per-minute") { HelpName = "N",
        Description = "Tunnels and requests a minute" };
    private readonly Option<decimal?> _up = new("--speed-up-mbps") { HelpName = "N",
        Description = "Megabits a second from clients, as in 0.5" };
    private readonly Option<decimal?> _down = new("--speed-down-mbps") { HelpName = "N",
        Description = "Megabits a second to clients" };
    private readonly Option<int?> _addresses = new("--client-addresses") { HelpName = "N",
        Description = "Distinct client addresses at a time" };
    private readonly Option<int?> _seats = new("--seats") { HelpName = "N", Description = "Proxy users" };
    private readonly Option<decimal?> _floor = new("--floor-mbps") { HelpName = "N",
        Description = "With its traffic spent, a customer goes on at this speed instead of being cut" };

    public PlanLimitOptions(Command verb)
    {
        _window.AcceptOnlyFromAmong([.. PlanKinds.Windows.Keys]);
        _period.Validators.Add(given =>
        {
            if (given.GetValue(_period) is { } text && PlanKinds.PeriodOf(text) is null)
                given.AddError($"--period: {PlanKinds.PeriodRule(text)}");
        });
        foreach (Option option in new Option[] { _period, _window, _connections, _rate, _requests, _up, _down, _addresses, _seats,
            _floor })
            verb.Add(option);
    }

    /// <param name="present">What stands where nothing is said.</param>
    public PlanLimits Read(ParseResult parsed, PlanLimits present)
    {
        var (length, unit) = parsed.GetValue(_period) is { } period
        ? PlanKinds.PeriodOf(period)!.Value
        : (present.PeriodLength, present.PeriodUnit);
        return new PlanLimits(
            unit, length, parsed.GetValue(_window) is { } window ? PlanKinds.Windows[window] : present.QuotaWindow,
            Count(_connections, present.MaxConnections), Count(_rate, present.ConnectionsPerSecond),
            Count(_requests, present.RequestsPerMinute),
            Speed(_up, present.SpeedUpBytesPerSecond), Speed(_down, present.SpeedDownBytesPerSecond),
            Count(_addresses, present.MaxClientAddresses),
            Count(_seats, present.Seats), Speed(_floor, present.FloorBytesPerSecond));

        int? Count(Option<int?> option, int? otherwise) => parsed.GetValue(option) is { } given
            ? (given == 0 ? null : given)
            : otherwise;
        long? Speed(Option<decimal?> option, long? otherwise) => parsed.GetValue(option) is { } given
            ? (given == 0 ? null : PlanKinds.BytesPerSecondOf(given))
            : otherwise;
    }
}
