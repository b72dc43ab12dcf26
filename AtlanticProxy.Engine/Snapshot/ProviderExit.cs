using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>One proxy of a provider that is a list of them. Immutable.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Username">Empty for none.</param>
/// <param name="Country">ISO 3166-1 alpha-2, lower case; empty when not known.</param>
/// <param name="City">Normalised as <see cref="TargetingFields.City"/> is asked for; empty when not known.</param>
public sealed record ProviderExit(
    string Host, int Port, string Username = "", string Password = "", string Country = "", string City = "")
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
