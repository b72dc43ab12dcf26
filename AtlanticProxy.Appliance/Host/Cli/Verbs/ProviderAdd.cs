using System.CommandLine;
using AtlanticProxy.ControlPlane.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>provider add NAME [--preset P] [--endpoint URL] [--username T] [--password-stdin] ...</c>: without a preset, a provider of
/// the reseller's own.
/// </summary>
internal sealed class ProviderAdd : DatabaseVerb
{
    private readonly Argument<string> _name = new("NAME");
    private readonly Option<string> _preset = new("--preset") { HelpName = "P", DefaultValueFactory = _ =>
        ProviderPreset.Custom, Description = "A known provider; or custom, list, direct" };
    private readonly Option<string> _endpoint = new("--endpoint") { HelpName = "URL", DefaultValueFactory = _ =>
        "", Description = "http://, https:// or socks5://host:port; a preset has its own" };
    private readonly Option<string> _username = new("--username") { HelpName = "T", DefaultValueFactory = _ => "",
        Description =
        "The account's name at a preset's provider; a template for custom, for example "
            + "acme[-country-{country}][-session-{session}]" };
    private readonly Option<string> _passwordTemplate = new("--password-template") { HelpName = "T", DefaultValueFactory = _ =>
        "", Description = "For custom, where targeting stands in the password: {password}[_country-{country}]" };
    private readonly Option<string?> _list = new("--list") { HelpName = "FILE",
        Description = "For list: proxies, one a line (host:port:user:pass and other orders); - reads standard input" };
    private readonly Option<string> _local = new("--local") { HelpName = "CIDR,...", DefaultValueFactory = _ =>
        "", Description = "For direct: own addresses and networks to go out from" };
    private readonly Option<string> _countries = new("--countries") { HelpName = "us,de", DefaultValueFactory = _ =>
        "", Description = "Where it has exits; any without it" };
    private readonly Option<int> _priority = new("--priority") { HelpName = "N", DefaultValueFactory = _ =>
        ProviderSettings.DefaultPriority, Description = "Lower is tried first" };
    private readonly Option<int> _weight = new("--weight") { HelpName = "N", DefaultValueFactory = _ =>
        1, Description = "Share among those of one priority" };
    private readonly Option<long> _cost = new("--cost-per-gb") { HelpName = "N",
        Description = "In minor units of your currency, as a plan's price: 350 is 3.50" };
    private readonly Option<long?> _dailyCap = new("--daily-cap-gb") { HelpName = "N",
        Description = "Traffic a day (UTC), GB (10^9 bytes), after which it takes nothing new" };
    private readonly Option<long?> _monthlyCap = new("--monthly-cap-gb") { HelpName = "N", Description = "The same of a month" };
    private readonly Option<int?> _connections = new("--max-connections") { HelpName = "N",
        Description = "Connections at a time, on one node" };
    private readonly PasswordInput _password;

    public ProviderAdd(CommonOptions common) : base(common, "add", "Add a provider")
    {
        _password = new PasswordInput(common.Input);
        _preset.AcceptOnlyFromAmong([.. ProviderPreset.All.Select(preset => preset.Name)]);
        Add(_name);
        foreach (var option in new Option[]
            { _preset, _endpoint, _username, _password.Option, _passwordTemplate, _list, _local, _countries, _priority, _weight,
                _cost, _dailyCap, _monthlyCap, _connections })
            Add(option);
        Validators.Add(given =>
        {
            // As they were written: a value that is wrong itself is said by its own option.
            string? Written(Option option) => given.GetResult(option) is { Tokens: [var token, ..] } ? token.Value : null;
            if (Written(_preset) is null or ProviderPreset.Custom && Written(_endpoint) is null)
                given.AddError("Give --endpoint, or a --preset that has one.");
            if (Written(_list) == "-" && given.GetResult(_password.Option) is { Implicit: false })
                given.AddError("Standard input is either the list or the password.");
        });
    }

    protected override async Task<int> RunAsync(
        IServiceProvider services, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string preset = parsed.GetRequiredValue(_preset), username = parsed.GetRequiredValue(_username);
        bool isCustom = preset == ProviderPreset.Custom;
        var settings = new ProviderSettings(
            parsed.GetRequiredValue(_endpoint), isCustom
            ? username
            : "", _password.Read(parsed), parsed.GetValue(_priority), parsed.GetValue(_weight))
        {
            Preset = preset,
            Username = isCustom ? "" : username,
            PasswordTemplate = parsed.GetRequiredValue(_passwordTemplate),
            List = parsed.GetValue(_list) is { } file ? await ReadAsync(file, cancel) : null,
            LocalNetworks = Words(parsed.GetRequiredValue(_local)),
            Countries = Words(parsed.GetRequiredValue(_countries)),
            CostPerGb = parsed.GetValue(_cost),
            DailyCapBytes = parsed.GetValue(_dailyCap) * PlanKinds.BytesPerGb,
            MonthlyCapBytes = parsed.GetValue(_monthlyCap) * PlanKinds.BytesPerGb,
            MaxConnections = parsed.GetValue(_connections),
        };
        var added = await services.GetRequiredService<AddProvider>()
            .ExecuteAsync(new(parsed.GetRequiredValue(_name), settings), cancel);
        return added.IsSuccess ? terminal.Done(added.Value, $"Added provider {added.Value.Name}") : terminal.Fail(added);
    }

    internal static string[] Words(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private async Task<string> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return file == "-" ? await Common.Input.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be read: {fault.Message}", fault);
        }
    }
}
