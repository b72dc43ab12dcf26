using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Egress.Udp;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Routing;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>What Shadowsocks packets of all loops are served with: steps 3 to 6 of their way.</summary>
/// <param name="Keys">
/// Finds whose packets are; apart from that of streams, for a packet's sender may be forged, and such a flood must not stop the
/// streams.
/// </param>
/// <param name="Salts">Salts that were seen; apart from those of streams, for there are many more.</param>
internal sealed record PacketServices(
    KeyTrial Keys, ReplayFilter Salts, LiveSnapshot Live, AdmissionControl Admission, RouteSelector Routes, UdpDialer Dialer);
