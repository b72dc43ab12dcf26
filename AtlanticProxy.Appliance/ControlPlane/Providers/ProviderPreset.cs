using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// What is known of a provider before its account is: where it is, and how it wants to be asked. The files are
/// <c>Presets/*.json</c>; what a provider can express follows from its templates.
/// </summary>
public sealed record ProviderPreset
{
    /// <summary>Endpoint and templates are the reseller's own.</summary>
    public const string Custom = "custom";

    /// <summary>A list of proxies, each with credentials of its own.</summary>
    public const string List = "list";

    /// <summary>No upstream: this server's own addresses.</summary>
    public const string Direct = "direct";

    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>In the order in which they are offered: those with an account by name, then the others.</summary>
    public static readonly IReadOnlyList<ProviderPreset> All =
        [.. Load().OrderBy(preset => preset.IsGateway ? 0 : 1).ThenBy(preset => preset.Name, StringComparer.Ordinal)];

    /// <summary>As the command line and the database spell it; the file's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>As pages show it.</summary>
    public required string Label { get; init; }

    /// <summary>As <see cref="ProviderEndpoint"/> spells them, the first is the default; empty when there is none.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>With <c>{username}</c> for the account; see <see cref="Engine.Snapshot.Provider.UsernameTemplate"/>.</summary>
    public string UsernameTemplate { get; init; } = "";

    /// <summary>See <see cref="Engine.Snapshot.Provider.PasswordTemplate"/>.</summary>
    public string PasswordTemplate { get; init; } = "";

    /// <summary>Where it has exits: ISO 3166-1 alpha-2, lower case; empty for any.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Where the account's name is found; empty when there is none.</summary>
    public string UsernameHint { get; init; } = "";

    /// <summary>What a reseller must know before using it.</summary>
    public string Notes { get; init; } = "";

    /// <summary>The provider's own documentation; empty when there is none.</summary>
    public string Documentation { get; init; } = "";

    /// <summary>Whether it is one provider's gateway, with templates of its own.</summary>
    [JsonIgnore]
    public bool IsGateway => Name is not (Custom or List or Direct);

    /// <summary>Null when there is none by that name.</summary>
    public static ProviderPreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>
    /// What is sent as username: the preset's template for <paramref name="account"/>, or <paramref name="own"/> of a custom
    /// provider.
    /// </summary>
    internal static string UsernameTemplateOf(string preset, string account, string own) =>
        Find(preset) is { IsGateway: true } gateway
            ? gateway.UsernameTemplate.Replace("{username}", account, StringComparison.Ordinal)
            : own;

    /// <inheritdoc cref="UsernameTemplateOf"/>
    internal static string PasswordTemplateOf(string preset, string own) =>
        Find(preset) is { IsGateway: true } gateway ? gateway.PasswordTemplate : own;

    private static IEnumerable<ProviderPreset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string folder = ".Presets.", extension = ".json";
        foreach (string resource in assembly.GetManifestResourceNames())
        {
            int name = resource.IndexOf(folder, StringComparison.Ordinal) + folder.Length;
            if (name < folder.Length || !resource.EndsWith(extension, StringComparison.Ordinal))
                continue;
            using var file = assembly.GetManifestResourceStream(resource)!;
            yield return JsonSerializer.Deserialize<ProviderPreset>(file,
                Format)! with { Name = resource[name..^extension.Length] };
        }
    }
}
