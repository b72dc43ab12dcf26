using System.Net;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// The rules of where clients' traffic may go, for requests that the appliance makes itself to addresses that people gave it.
/// </summary>
public sealed class OutboundGuard
{
    private readonly IPNetwork[] _exempt;
    private readonly AddressGuard _guard;

    /// <param name="exempt">Networks that may be dialled though they are not public (CIDR).</param>
    public OutboundGuard(IReadOnlyList<string> exempt)
    {
        _exempt = [.. exempt.Select(IPNetwork.Parse)];
        _guard = new AddressGuard(new EngineOptions { AllowedPrivateNetworks = [.. exempt] });
    }

    /// <summary>Whether the address is in one of the networks that are exempt.</summary>
    public bool IsExempt(IPAddress address) => _exempt.Any(network => network.Contains(address));

    /// <summary>Whether the address may be dialled: public and not this machine's, or exempt.</summary>
    public bool Permits(IPAddress address, int port)
    {
        _guard.RefreshOwnAddresses();
        return _guard.Permits(address, port);
    }
}
