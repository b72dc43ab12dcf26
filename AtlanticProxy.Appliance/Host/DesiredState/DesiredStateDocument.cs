using System.Text.Json;
using System.Text.Json.Serialization;
using AtlanticProxy.ControlPlane.Providers;

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

/// <param name="Password">Left out: the present one stays.</param>
internal sealed record DesiredProvider(
    string Name, string Endpoint, string Username = "", string? Password = null, int Priority = ProviderSettings.DefaultPriority, int Weight = 1, bool Enabled = true)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => Name;
}

/// <param name="Kind">subscription, per-gb or hourly.</param>
/// <param name="Price">Minor units of <paramref name="Currency"/>.</param>
/// <param name="IncludedGb">10^9 bytes.</param>
internal sealed record DesiredPlan(string Name, string Kind, long Price, string Currency = "USD", long? IncludedGb = null, bool Active = true);
