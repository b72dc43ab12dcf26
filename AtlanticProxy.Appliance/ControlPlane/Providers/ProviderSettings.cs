using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>All of a provider that can be set, but its name.</summary>
/// <param name="Endpoint">As <see cref="ProviderEndpoint"/> spells it.</param>
/// <param name="UsernameTemplate">What is sent as username; see <see cref="Engine.Snapshot.Provider.UsernameTemplate"/>. Empty sends no credentials.</param>
/// <param name="Password">Null keeps the present one when updating, and is none when adding; empty is none.</param>
/// <param name="Priority">Lower is tried first: 0 to 1000.</param>
/// <param name="Weight">Share among providers of one priority: 1 to 1000.</param>
public sealed record ProviderSettings(
    string Endpoint, string UsernameTemplate = "", string? Password = null, int Priority = ProviderSettings.DefaultPriority, int Weight = 1)
{
    /// <summary>In the middle, so that there is room before and behind.</summary>
    public const int DefaultPriority = 100;

    public const int MaxPriority = 1000, MaxWeight = 1000;

    /// <summary>RFC 1929: a SOCKS5 username or password is at most 255 bytes.</summary>
    public const int MaxCredentialLength = 255;

    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Endpoint} priority {Priority} weight {Weight}";

    /// <summary>The endpoint, after noting what is wrong with the settings.</summary>
    internal ProviderEndpoint? Require(Validation validation)
    {
        var endpoint = ProviderEndpoint.Parse(Endpoint);
        validation.Require(endpoint is not null, nameof(Endpoint), "provider.endpoint_invalid", ProviderEndpoint.Rule);
        validation.Require(UsernameTemplate.Length <= MaxCredentialLength && !UsernameTemplate.Any(c => char.IsControl(c) || c == ':'),
            nameof(UsernameTemplate), "provider.username_invalid", $"A username has at most {MaxCredentialLength} characters, and no colon.");
        validation.Require(IsBalanced(UsernameTemplate), nameof(UsernameTemplate), "provider.username_template_invalid",
            "Each { and [ needs its closing } and ], and they cannot stand inside their own kind.");
        validation.Require(Password is null || (Password.Length <= MaxCredentialLength && !Password.Any(char.IsControl)),
            nameof(Password), "provider.password_invalid", $"A password has at most {MaxCredentialLength} characters.");
        validation.Require(Password is not { Length: > 0 } || UsernameTemplate.Length > 0, nameof(UsernameTemplate), "provider.username_missing",
            "A password needs a username.");
        validation.Require(Priority is >= 0 and <= MaxPriority, nameof(Priority), "provider.priority_invalid", $"A priority is 0 to {MaxPriority}.");
        validation.Require(Weight is >= 1 and <= MaxWeight, nameof(Weight), "provider.weight_invalid", $"A weight is 1 to {MaxWeight}.");
        return endpoint;
    }

    private static bool IsBalanced(string template)
    {
        bool inField = false, inPart = false;
        foreach (char c in template)
        {
            switch (c)
            {
                case '{' when !inField: inField = true; break;
                case '}' when inField: inField = false; break;
                case '[' when !inPart && !inField: inPart = true; break;
                case ']' when inPart && !inField: inPart = false; break;
                case '{' or '}' or '[' or ']': return false;
            }
        }
        return !inField && !inPart;
    }
}
