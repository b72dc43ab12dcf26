using System.CommandLine;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// A plan's terms and routing, as <c>plan add</c> and <c>plan set</c> take them. What is left out stays as it is.
/// </summary>
internal sealed class PlanOptions
{
    public Option<decimal?> Price { get; } = Values.Amount("--price", "Of a period, a GB or an hour, such as 9.99");

    public Option<string?> Pool { get; } = new("--pool") { HelpName = "NAME",
        Description = "The pool that its customers go out through; \"\" for all providers" };

    private readonly Option<Limit<DataSize>?> _included = Values.SizeLimit("--included-gb",
        "Traffic that a subscription includes: 0.5, or 500MB");
    private readonly Option<string?> _includes = new("--includes")
    {
        HelpName = "RIGHTS",
        Description =
            $"Targeting that it includes, of {string.Join(',', TargetingRight.All.Select(right => right.Name))}; \"\" for "
                + "none. A "
                + "new plan includes all",
    };
    private readonly Option<PlanPeriod?> _period = Values.Option<PlanPeriod>(
        "--period", "LENGTH", 
        "A subscription's period: day, week, month or year, or so many of them as in 30day; month if never said",
        PlanPeriod.Parse);
    private readonly Option<QuotaWindow?> _window = Values.Choice<QuotaWindow>(
        "--window", "How included traffic is counted: period (from the day of purchase) or lifetime");
    private readonly Option<Limit<int>?> _connections = Values.CountLimit("--max-connections", "Connections at a time");
    private readonly Option<Limit<int>?> _rate = Values.CountLimit("--connections-per-second", "New connections a second");
    private readonly Option<Limit<int>?> _requests = Values.CountLimit("--requests-per-minute", "Tunnels and requests a minute");
    private readonly Option<Limit<DataRate>?> _up = Values.RateLimit("--speed-up-mbps", "Speed from clients, such as 0.5");
    private readonly Option<Limit<DataRate>?> _down = Values.RateLimit("--speed-down-mbps", "Speed to clients");
    private readonly Option<Limit<int>?> _addresses = Values.CountLimit("--client-addresses",
        "Distinct client addresses at a time");
    private readonly Option<Limit<int>?> _seats = Values.CountLimit("--seats", "Proxy users");
    private readonly Option<Limit<DataRate>?> _floor = Values.RateLimit("--floor-mbps",
        "With its traffic spent, a customer goes on at this speed instead of being cut");

    public IEnumerable<Option> All =>
        [Price, _included, Pool, _includes, _period, _window, _connections, _rate, _requests, _up, _down, _addresses, _seats,
            _floor, .. Offer.All];

    public PlanOfferOptions Offer { get; } = new();

    /// <summary>Null when the option was left out.</summary>
    public string[]? Includes(Call call) => call.Value(_includes) is { } text ? Words.Of(text) : null;

    public long? IncludedBytes(Call call, long? present) => call.Value(_included) is { } limit ? limit.Value?.Bytes : present;

    /// <param name="present">What stands where nothing is said.</param>
    public PlanLimits Limits(Call call, PlanLimits present)
    {
        var period = call.Value(_period) ?? new PlanPeriod(present.PeriodLength, present.PeriodUnit);
        return new PlanLimits(
            period.Unit, period.Length, call.Value(_window) ?? present.QuotaWindow,
            Count(_connections, present.MaxConnections), Count(_rate, present.ConnectionsPerSecond),
            Count(_requests, present.RequestsPerMinute),
            Speed(_up, present.SpeedUpBytesPerSecond), Speed(_down, present.SpeedDownBytesPerSecond),
            Count(_addresses, present.MaxClientAddresses),
            Count(_seats, present.Seats), Speed(_floor, present.FloorBytesPerSecond));

        int? Count(Option<Limit<int>?> option, int? otherwise) => call.Value(option) is { } limit ? limit.Value : otherwise;

        long? Speed(Option<Limit<DataRate>?> option, long? otherwise) => call.Value(option) is { } limit
            ? limit.Value?.BytesPerSecond
            : otherwise;
    }
}
