using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Reconciliation;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <param name="Preset">A known provider; or custom, list, direct.</param>
/// <param name="Endpoint">Left out: the preset's own.</param>
/// <param name="Username">The account's name at a preset's provider; a template for custom.</param>
/// <param name="Password">Left out: the present one stays.</param>
internal sealed record DesiredProvider(
    string Name, string Endpoint = "", string Username = "", DesiredSecret? Password = null,
    int Priority = ProviderSettings.DefaultPriority, int Weight = 1, bool Enabled = true,
    string Preset = ProviderPreset.Custom)
{
    public string PasswordTemplate { get; init; } = "";

    /// <summary>Of a list, a proxy each, or what has several lines of them; left out: the present ones stay.</summary>
    public IReadOnlyList<DesiredSecret>? List { get; init; }

    public IReadOnlyList<string> LocalNetworks { get; init; } = [];

    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>As people write it: 3.50, in the currency of costs.</summary>
    public decimal CostPerGb { get; init; }

    /// <summary>0.5, or with a unit: <c>500 MB</c>.</summary>
    public DataSize? DailyCapGb { get; init; }

    /// <inheritdoc cref="DailyCapGb"/>
    public DataSize? MonthlyCapGb { get; init; }

    public int? MaxConnections { get; init; }

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => Name;

    /// <param name="cost">Of a GB, in minor units.</param>
    public ProviderSettings ToSettings(long cost) =>
        new(Endpoint, Preset == ProviderPreset.Custom ? Username : "", Password?.Text, Priority, Weight)
    {
        Preset = Preset,
        Username = Preset == ProviderPreset.Custom ? "" : Username,
        PasswordTemplate = PasswordTemplate,
        List = List is null ? null : string.Join('\n', List.Select(line => line.Text)),
        LocalNetworks = LocalNetworks,
        Countries = Countries,
        CostPerGb = cost,
        DailyCapBytes = DailyCapGb?.Bytes,
        MonthlyCapBytes = MonthlyCapGb?.Bytes,
        MaxConnections = MaxConnections,
    };
}

internal sealed class ProviderSection(
    ProviderQueries providers, AddProvider add, UpdateProvider update, SetProviderState setState,
    ReconciliationOptions reconciliation)
{
    /// <summary>Where fields of commands stand in the document, those apart that are called so there.</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(ProviderSettings.DailyCapBytes)] = "dailyCapGb", [nameof(ProviderSettings.MonthlyCapBytes)] = "monthlyCapGb",
    };

    public async Task<Result> ApplyAsync(DesiredProvider desired, List<string> changes, CancellationToken cancel)
    {
        var cost = Money.Of(desired.CostPerGb, reconciliation.Currency);
        if (!cost.IsSuccess)
            return cost.AboutField("provider.cost_invalid", nameof(desired.CostPerGb));
        var settings = desired.ToSettings(cost.Value.MinorUnits);
        var present = await providers.FindByNameAsync(desired.Name, cancel);
        if (!present.IsSuccess)
        {
            present = await add.ExecuteAsync(new(desired.Name, settings), cancel);
            if (!present.IsSuccess)
                return present.In(Names);
            changes.Add($"provider {desired.Name}: added");
        }
        else
        {
            var updated = await update.ExecuteAsync(new(present.Value.Id, settings), cancel);
            if (!updated.IsSuccess)
                return updated.In(Names);
            if (updated.Value)
                changes.Add($"provider {desired.Name}: changed");
        }
        var set = await setState.ExecuteAsync(new(present.Value.Id, desired.Enabled), cancel);
        if (set is { IsSuccess: true, Value: true })
            changes.Add($"provider {desired.Name}: {(desired.Enabled ? "enabled" : "disabled")}");
        return set;
    }
}
