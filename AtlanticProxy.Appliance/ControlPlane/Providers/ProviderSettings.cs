using System.Net;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Networks;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>All of a provider that can be set, but its name.</summary>
/// <param name="Endpoint">As <see cref="ProviderEndpoint"/> spells it; empty for the preset's own.</param>
/// <param name="UsernameTemplate">Of a custom provider, what is sent as username; see <see
/// cref="Engine.Snapshot.Provider.UsernameTemplate"/>. Empty sends no credentials.</param>
/// <param name="Password">Null keeps the present one when updating, and is none when adding; empty is none.</param>
/// <param name="Priority">Lower is tried first: 0 to 1000.</param>
/// <param name="Weight">Share among providers of one priority: 1 to 1000.</param>
public sealed record ProviderSettings(
    string Endpoint, string UsernameTemplate = "", string? Password = null, int Priority = ProviderSettings.DefaultPriority,
    int Weight = 1)
{
    /// <summary>In the middle, so that there is room before and behind.</summary>
    public const int DefaultPriority = 100;

    public const int MaxPriority = 1000, MaxWeight = 1000;

    /// <summary>RFC 1929: a SOCKS5 username or password is at most 255 bytes.</summary>
    public const int MaxCredentialLength = 255;

    /// <summary>As many as there are codes.</summary>
    private const int MaxCountries = 26 * 26;

    /// <summary>A network each is the usual; more are a routing table's work.</summary>
    private const int MaxLocalNetworks = 256;

    /// <summary>Name of a <see cref="ProviderPreset"/>.</summary>
    public string Preset { get; init; } = ProviderPreset.Custom;

    /// <summary>The account's name at a preset's provider.</summary>
    public string Username { get; init; } = "";

    /// <summary>Of a custom provider whose targeting stands in the password, a template with <c>{password}</c>.</summary>
    public string PasswordTemplate { get; init; } = "";

    /// <summary>Where it has exits: ISO 3166-1 alpha-2, any case; empty for those of the preset.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Of a list, its lines: see <see cref="ExitList"/>. Null keeps the present ones when updating.</summary>
    public string? List { get; init; }

    /// <summary>Of a direct provider, addresses and networks to go out from.</summary>
    public IReadOnlyList<string> LocalNetworks { get; init; } = [];

    /// <summary>Minor units.</summary>
    public long CostPerGb { get; init; }

    /// <summary>Bytes a day (UTC); null for any number.</summary>
    public long? DailyCapBytes { get; init; }

    /// <summary>Bytes a month (UTC); null for any number.</summary>
    public long? MonthlyCapBytes { get; init; }

    /// <summary>At a time, on one node; null for any number.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Preset} {Endpoint} priority {Priority} weight {Weight}";

    internal static bool IsCountry(string code) => code.Length == 2 && code.All(char.IsAsciiLetter);

    /// <summary>What is to be stored, after noting what is wrong with the settings.</summary>
    /// <param name="isNew">Whether nothing is stored yet that could be kept.</param>
    internal CheckedSettings? Require(Validation validation, bool isNew)
    {
        // This server itself is no other provider, however it was asked for.
        var endpoint = ProviderEndpoint.Parse(Endpoint);
        var preset = Preset == ProviderPreset.Custom && endpoint == ProviderEndpoint.Direct
            ? ProviderPreset.Find(ProviderPreset.Direct)
            : ProviderPreset.Find(Preset);
        validation.Require(preset is not null, nameof(Preset), "provider.preset_unknown",
            $"There is no preset '{Preset}': choose one of {string.Join(", ", ProviderPreset.All.Select(known => known.Name))}.");

        ExitList? list = null;
        switch (preset)
        {
            case { IsGateway: true }:
                if (Endpoint.Length == 0)
                    endpoint = ProviderEndpoint.Parse(preset.Endpoints[0]);
                validation.Require(endpoint is { Protocol: not UpstreamProtocol.Direct }, nameof(Endpoint),
                    "provider.endpoint_invalid", ProviderEndpoint.Rule);
                RequireAccount(validation, preset);
                break;
            case { Name: ProviderPreset.Direct }:
                validation.Require(Endpoint.Length == 0 || endpoint == ProviderEndpoint.Direct, nameof(Endpoint),
                    "provider.endpoint_unexpected",
                    "This server's own addresses have no endpoint.");
                endpoint = ProviderEndpoint.Direct;
                break;
            case { Name: ProviderPreset.List }:
                validation.Require(Endpoint.Length == 0, nameof(Endpoint), "provider.endpoint_unexpected",
                    "A list has no endpoint of its own: each line has one.");
                Phrase? problem = isNew && List is null ? (Phrase)"Give the list's lines." : null;
                if (List is not null)
                    list = ExitList.Parse(List, out problem);
                validation.Require(problem is null, nameof(List), "provider.list_invalid", problem ?? (Phrase)"");
                endpoint = new ProviderEndpoint(list?.Protocol ?? UpstreamProtocol.Http, "", 0);
                break;
            case not null:
                validation.Require(endpoint is not null, nameof(Endpoint), "provider.endpoint_invalid", ProviderEndpoint.Rule);
                RequireTemplate(validation, endpoint?.Host ?? "", nameof(Endpoint), "provider.endpoint_template_invalid");
                break;
        }
        bool isList = preset?.Name == ProviderPreset.List;
        validation.Require(List is null || isList, nameof(List), "provider.list_unexpected", "Only a list has lines.");
        RequireCredentials(validation, preset);
        var networks = RequireNetworks(validation, preset);
        var countries = Countries.Count > 0 ? Countries : preset?.Countries ?? [];
        validation.Require(countries.Count <= MaxCountries && countries.All(code => IsCountry(code.Trim())), nameof(Countries),
            "provider.country_invalid",
            "Give countries by their two letters, such as us or de.");
        RequireAmounts(validation);
        if (validation.Failed)
            return null;
        return new CheckedSettings(preset!.Name, endpoint!, list, networks,
            [.. countries.Select(code => code.Trim().ToLowerInvariant()).Distinct()]);
    }

    private void RequireAccount(Validation validation, ProviderPreset preset)
    {
        validation.Require(Username.Length > 0, nameof(Username), "provider.username_missing",
            $"Give the account's username. {preset.UsernameHint}");
        validation.Require(!Username.Any(c => c is '{' or '}' or '[' or ']'), nameof(Username), "provider.username_invalid",
            "Give the account's username as it is: the preset has the template.");
        validation.Require(UsernameTemplate.Length == 0 && PasswordTemplate.Length == 0, nameof(UsernameTemplate),
            "provider.template_unexpected",
            "The preset has the templates; use custom for templates of your own.");
    }

    private void RequireCredentials(Validation validation, ProviderPreset? preset)
    {
        foreach (var (name, username) in new[] { (nameof(UsernameTemplate), UsernameTemplate), (nameof(Username), Username) })
            validation.Require(username.Length <= MaxCredentialLength
                && !CredentialTemplate.Literal(username).Any(c => char.IsControl(c) || c == ':'),
                name, "provider.username_invalid", $"A username has at most {MaxCredentialLength} characters, and no colon.");
        foreach (var (name, template) in new[] { (nameof(UsernameTemplate), UsernameTemplate),
            (nameof(PasswordTemplate), PasswordTemplate) })
            RequireTemplate(validation, template, name, "provider.username_template_invalid");
        validation.Require(PasswordTemplate.Length <= MaxCredentialLength && !PasswordTemplate.Any(char.IsControl),
            nameof(PasswordTemplate),
            "provider.password_invalid", $"A password has at most {MaxCredentialLength} characters.");
        validation.Require(Password is null || (Password.Length <= MaxCredentialLength && !Password.Any(char.IsControl)),
            nameof(Password), "provider.password_invalid", $"A password has at most {MaxCredentialLength} characters.");
        bool hasPassword = Password is { Length: > 0 };
        if (preset is { Name: ProviderPreset.List or ProviderPreset.Direct })
            validation.Require(!hasPassword && UsernameTemplate.Length == 0 && Username.Length == 0, nameof(Username),
                "provider.username_unexpected",
                preset.Name == ProviderPreset.List
                    ? "Each line of a list has its own credentials."
                    : "This server's own addresses need no credentials.");
        else
            validation.Require(!hasPassword || UsernameTemplate.Length > 0 || Username.Length > 0
                || preset is not { Name: ProviderPreset.Custom },
                nameof(UsernameTemplate), "provider.username_missing", "A password needs a username.");
    }

    private static void RequireTemplate(Validation validation, string template, string field, string code)
    {
        var problems = CredentialTemplate.Problems(template);
        validation.Require(problems.Count == 0, field, code, Phrase.Verbatim(string.Join(' ', problems)));
    }

    private IPNetwork[] RequireNetworks(Validation validation, ProviderPreset? preset)
    {
        validation.Require(LocalNetworks.Count == 0 || preset?.Name == ProviderPreset.Direct, nameof(LocalNetworks),
            "provider.networks_unexpected",
            "Only this server's own addresses have networks to go out from.");
        validation.Require(LocalNetworks.Count <= MaxLocalNetworks, nameof(LocalNetworks), "provider.too_many_networks",
            $"At most {MaxLocalNetworks} networks.");
        var networks = new List<IPNetwork>();
        foreach (string text in LocalNetworks.Take(MaxLocalNetworks))
        {
            var network = NetworkText.Parse(text.Trim());
            validation.Require(network is not null, nameof(LocalNetworks), "provider.network_invalid",
                $"'{text}' is not an address or network, such as 203.0.113.7 or 2001:db8::/64 (no bits set beyond the prefix).");
            if (network is { } valid && !networks.Contains(valid))
                networks.Add(valid);
        }
        return [.. networks];
    }

    private void RequireAmounts(Validation validation)
    {
        validation.Require(Priority is >= 0 and <= MaxPriority, nameof(Priority), "provider.priority_invalid",
            $"A priority is 0 to {MaxPriority}.");
        validation.Require(Weight is >= 1 and <= MaxWeight, nameof(Weight), "provider.weight_invalid",
            $"A weight is 1 to {MaxWeight}.");
        validation.Require(CostPerGb is >= 0 and <= Money.MaxPrice, nameof(CostPerGb), "provider.cost_invalid",
            "A cost is not negative, and not beyond any price.");
        validation.Require(DailyCapBytes is null or > 0, nameof(DailyCapBytes), "provider.cap_invalid",
            "A cap is more than nothing; leave it out for none.");
        validation.Require(MonthlyCapBytes is null or > 0, nameof(MonthlyCapBytes), "provider.cap_invalid",
            "A cap is more than nothing; leave it out for none.");
        validation.Require(MaxConnections is null or > 0, nameof(MaxConnections), "provider.max_connections_invalid",
            "At least one connection; leave it out for no limit.");
    }
}

/// <summary>Settings that were found good, in the form in which they are stored.</summary>
/// <param name="Exits">Null: those present stay.</param>
internal sealed record CheckedSettings(
    string Preset, ProviderEndpoint Endpoint, ExitList? Exits, IPNetwork[] LocalNetworks, string[] Countries);
