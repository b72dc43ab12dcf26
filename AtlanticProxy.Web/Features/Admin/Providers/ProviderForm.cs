using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Providers;

/// <summary>A provider as its form has it: traffic in GB (10^9 bytes), lists as text.</summary>
internal sealed record ProviderForm
{
    private static readonly char[] Separators = [',', ' ', '\n', '\r'];

    public string? Preset { get; init; }
    public string? Name { get; init; }
    public string? Endpoint { get; init; }
    public string? Username { get; init; }
    public string? UsernameTemplate { get; init; }
    public string? PasswordTemplate { get; init; }
    public string? Password { get; init; }
    public string? List { get; init; }
    public string? LocalNetworks { get; init; }
    public string? Countries { get; init; }
    public int? Priority { get; init; }
    public int? Weight { get; init; }
    public decimal? CostPerGb { get; init; }
    public DataSize? DailyCapGb { get; init; }
    public DataSize? MonthlyCapGb { get; init; }
    public int? MaxConnections { get; init; }

    public static ProviderForm For(ProviderPreset preset) => new()
    {
        Preset = preset.Name, Endpoint = preset.Endpoints.Count > 0 ? preset.Endpoints[0] : null,
        Priority = ProviderSettings.DefaultPriority, Weight = 1,
    };

    /// <param name="currency">What costs are in.</param>
    public static ProviderForm Of(ProviderSummary provider, string currency) => new()
    {
        Preset = provider.Preset,
        Name = provider.Name,
        Endpoint = provider.Endpoint,
        Username = provider.Username,
        UsernameTemplate = provider.Preset == ProviderPreset.Custom ? provider.UsernameTemplate : null,
        PasswordTemplate = provider.Preset == ProviderPreset.Custom ? provider.PasswordTemplate : null,
        LocalNetworks = string.Join('\n', provider.LocalNetworks),
        Countries = string.Join(", ", provider.Countries),
        Priority = provider.Priority,
        Weight = provider.Weight,
        CostPerGb = provider.CostPerGb == 0 ? null : new Money(provider.CostPerGb, currency).Number,
        DailyCapGb = SizeOf(provider.DailyCapBytes),
        MonthlyCapGb = SizeOf(provider.MonthlyCapBytes),
        MaxConnections = provider.MaxConnections,
    };

    /// <summary>An empty password or list keeps the present one.</summary>
    /// <param name="cost">Minor units.</param>
    public ProviderSettings ToSettings(long cost) => new(
        Endpoint ?? "", UsernameTemplate ?? "", string.IsNullOrEmpty(Password) ? null : Password,
        Priority ?? ProviderSettings.DefaultPriority, Weight ?? 1)
    {
        Preset = Preset ?? ProviderPreset.Custom,
        Username = Username ?? "",
        PasswordTemplate = PasswordTemplate ?? "",
        List = string.IsNullOrWhiteSpace(List) ? null : List,
        LocalNetworks = Words(LocalNetworks),
        Countries = Words(Countries),
        CostPerGb = cost,
        DailyCapBytes = DailyCapGb?.Bytes,
        MonthlyCapBytes = MonthlyCapGb?.Bytes,
        MaxConnections = MaxConnections,
    };

    /// <summary>What it shows: no secrets.</summary>
    public IReadOnlyList<FormFact> Facts =>
    [
        new("Endpoint", Endpoint), new("Username", Username ?? UsernameTemplate), new("Password template", PasswordTemplate),
        new("Addresses to go out from", LocalNetworks), new("Countries", Countries), new("Cost of a GB", $"{CostPerGb}"),
        new("Connections at a time", $"{MaxConnections}"), new("Cap a day", $"{DailyCapGb}"),
        new("Cap a month", $"{MonthlyCapGb}"), new("Priority", $"{Priority}"), new("Weight", $"{Weight}"),
    ];

    /// <summary>The form's name for a field of the settings.</summary>
    public static string FieldOf(string field) => field switch
    {
        nameof(ProviderSettings.DailyCapBytes) => nameof(DailyCapGb),
        nameof(ProviderSettings.MonthlyCapBytes) => nameof(MonthlyCapGb),
        _ => field,
    };

    private static DataSize? SizeOf(long? bytes) => bytes is { } count ? new DataSize(count) : null;

    private static string[] Words(string? text) =>
        (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <param name="Id">Null while it is not added yet.</param>
internal sealed record ProviderPage(long? Id, ProviderPreset Preset, ProviderForm Form, int ExitCount = 0);
