using System.Net;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>Where webhooks may go: section <c>Webhooks</c> of the configuration.</summary>
public sealed class WebhookOptions
{
    /// <summary>Networks that are not public and may be told all the same, by plain HTTP too (CIDR).</summary>
    public IList<string> AllowedPrivateNetworks { get; init; } = [];

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate() => AllowedPrivateNetworks.Where(network => !IPNetwork.TryParse(network, out _))
        .Select(network => $"Webhooks:AllowedPrivateNetworks: '{network}' is not a network, for example 10.0.0.0/8.");
}
