using System.CommandLine;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// A provider's settings, as <c>provider add</c> and <c>provider set</c> take them. What is left out stays as it is.
/// </summary>
internal sealed class ProviderOptions(CommonOptions common)
{
    public Option<string?> Endpoint { get; } = new("--endpoint") { HelpName = "URL",
        Description = "http://, https:// or socks5://host:port; a preset has its own" };

    public Option<string?> List { get; } = new("--list") { HelpName = "FILE",
        Description = "For list: proxies, one a line (host:port:user:pass and other orders); - reads standard input" };

    public PasswordInput Password { get; } = new(common.Input);

    private readonly Option<string?> _username = new("--username")
    {
        HelpName = "T",
        Description =
        "The account's name at a preset's provider; a template for custom, for example "
            + "acme[-country-{country}][-session-{session}]",
    };

    private readonly Option<string?> _passwordTemplate = new("--password-template")
    {
        HelpName = "T", Description = "For custom, where targeting stands in the password: {password}[_country-{country}]",
    };

    private readonly Option<string?> _local = new("--local") { HelpName = "CIDR,...",
        Description = "For direct: own addresses and networks to go out from" };
    private readonly Option<string?> _countries = new("--countries") { HelpName = "us,de",
        Description = "Where it has exits; any without it" };
    private readonly Option<int?> _priority = Values.Count("--priority",
        $"Lower is tried first; {ProviderSettings.DefaultPriority} if never said");
    private readonly Option<int?> _weight = Values.Count("--weight", "Share among those of one priority");
    private readonly Option<decimal?> _cost = Values.Amount("--cost-per-gb",
        "What you pay for a GB, such as 3.50, in Reconciliation:Currency");
    private readonly Option<Limit<DataSize>?> _dailyCap = Values.SizeLimit("--daily-cap-gb",
        "Traffic a day (UTC) after which it takes nothing new: 10, or 500MB");
    private readonly Option<Limit<DataSize>?> _monthlyCap = Values.SizeLimit("--monthly-cap-gb", "The same of a month");
    private readonly Option<Limit<int>?> _connections = Values.CountLimit("--max-connections",
        "Connections at a time, on one node");

    public IEnumerable<Option> All =>
    [
        Endpoint, _username, Password.Option, _passwordTemplate, List, _local, _countries, _priority, _weight, _cost, _dailyCap,
        _monthlyCap, _connections,
    ];

    /// <summary>The lists' file and the password cannot both be standard input.</summary>
    public void Validate(Command verb) => verb.Validators.Add(given =>
    {
        if (given.GetResult(List) is { Tokens: [{ Value: "-" }] } && given.GetResult(Password.Option) is { Implicit: false })
            given.AddError("Standard input is either the list or the password.");
    });

    /// <param name="present">What stands where nothing is said.</param>
    public async Task<Result<ProviderSettings>> ReadAsync(Call call, ProviderSettings present)
    {
        long cost = present.CostPerGb;
        if (call.Value(_cost) is { } amount)
        {
            var money = Money.Of(amount, call.Get<ReconciliationOptions>().Currency);
            if (!money.IsSuccess)
                return Result.Failure<ProviderSettings>(money.Errors);
            cost = money.Value.MinorUnits;
        }
        bool isCustom = present.Preset == ProviderPreset.Custom;
        string? username = call.Value(_username);
        return present with
        {
            Endpoint = call.Value(Endpoint) ?? present.Endpoint,
            UsernameTemplate = isCustom && username is not null ? username : present.UsernameTemplate,
            Username = !isCustom && username is not null ? username : present.Username,
            Password = Password.Read(call.Parsed),
            PasswordTemplate = call.Value(_passwordTemplate) ?? present.PasswordTemplate,
            List = call.Value(List) is { } file ? await TextFile.ReadAsync(file, common.Input, call.Cancel) : null,
            LocalNetworks = call.Value(_local) is { } local ? Words.Of(local) : present.LocalNetworks,
            Countries = call.Value(_countries) is { } countries ? Words.Of(countries) : present.Countries,
            Priority = call.Value(_priority) ?? present.Priority,
            Weight = call.Value(_weight) ?? present.Weight,
            CostPerGb = cost,
            DailyCapBytes = call.Value(_dailyCap) is { } daily ? daily.Value?.Bytes : present.DailyCapBytes,
            MonthlyCapBytes = call.Value(_monthlyCap) is { } monthly ? monthly.Value?.Bytes : present.MonthlyCapBytes,
            MaxConnections = call.Value(_connections) is { } most ? most.Value : present.MaxConnections,
        };
    }
}
