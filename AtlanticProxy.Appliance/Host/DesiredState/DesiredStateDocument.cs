using System.Text.Json;
using System.Text.Json.Serialization;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Host.Cli.Verbs;

namespace AtlanticProxy.Host.DesiredState;

/// <summary>What <c>apply</c> is given: a section that is absent is left alone, and so is a provider or plan that a section does not name.</summary>
internal sealed record DesiredStateDocument
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // A misspelt name must not be silently ignored.
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public IReadOnlyList<DesiredProvider> Providers { get; init; } = [];

    public IReadOnlyList<DesiredPool> Pools { get; init; } = [];

    public IReadOnlyList<DesiredPlan> Plans { get; init; } = [];

    /// <exception cref="StartupException">It is no such document; the message says where.</exception>
    public static DesiredStateDocument Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<DesiredStateDocument>(json, Format) ?? throw new StartupException("The document is empty.");
        }
        catch (JsonException wrong)
        {
            throw new StartupException($"The document is not valid: {wrong.Message}", wrong);
        }
    }
}

/// <param name="Preset">A known provider; or custom, list, direct.</param>
/// <param name="Endpoint">Left out: the preset's own.</param>
/// <param name="Username">The account's name at a preset's provider; a template for custom.</param>
/// <param name="Password">Left out: the present one stays.</param>
internal sealed record DesiredProvider(
    string Name, string Endpoint = "", string Username = "", string? Password = null, int Priority = ProviderSettings.DefaultPriority, int Weight = 1, bool Enabled = true,
    string Preset = ProviderPreset.Custom)
{
    public string PasswordTemplate { get; init; } = "";

    /// <summary>Of a list, a proxy each; left out: the present ones stay.</summary>
    public IReadOnlyList<string>? List { get; init; }

    public IReadOnlyList<string> LocalNetworks { get; init; } = [];

    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Minor units.</summary>
    public long CostPerGb { get; init; }

    /// <summary>10^9 bytes.</summary>
    public long? DailyCapGb { get; init; }

    /// <inheritdoc cref="DailyCapGb"/>
    public long? MonthlyCapGb { get; init; }

    public int? MaxConnections { get; init; }

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => Name;

    public ProviderSettings ToSettings() => new(Endpoint, Preset == ProviderPreset.Custom ? Username : "", Password, Priority, Weight)
    {
        Preset = Preset,
        Username = Preset == ProviderPreset.Custom ? "" : Username,
        PasswordTemplate = PasswordTemplate,
        List = List is null ? null : string.Join('\n', List),
        LocalNetworks = LocalNetworks,
        Countries = Countries,
        CostPerGb = CostPerGb,
        DailyCapBytes = DailyCapGb * PlanKinds.BytesPerGb,
        MonthlyCapBytes = MonthlyCapGb * PlanKinds.BytesPerGb,
        MaxConnections = MaxConnections,
    };
}

/// <param name="Members">PROVIDER[:TIER[:WEIGHT]] each.</param>
/// <param name="Policy">priority, weighted or cheapest.</param>
internal sealed record DesiredPool(string Name, IReadOnlyList<string> Members, string Policy = "priority");

/// <param name="Kind">subscription, per-gb or hourly.</param>
/// <param name="Price">Minor units of <paramref name="Currency"/>.</param>
/// <param name="IncludedGb">10^9 bytes.</param>
/// <param name="Pool">Left out: all providers.</param>
/// <param name="Includes">Targeting rights; left out: all.</param>
internal sealed record DesiredPlan(
    string Name, string Kind, long Price, string Currency = "USD", long? IncludedGb = null, bool Active = true, string? Pool = null,
    IReadOnlyList<string>? Includes = null);
