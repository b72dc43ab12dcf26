using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Simulator.Exits;

/// <summary>Where a connection seems to come from.</summary>
internal sealed record Exit(IPAddress Address, string Country, string State, string City);

/// <summary>
/// Gives out exits. A session has the same exit always, in every process and after every restart, since it is a hash of what was
/// asked; without a session each call takes the next exit. Addresses are from the documentation ranges (RFC 5737, RFC 3849),
/// which belong to nobody; each country has the same <c>count</c> of them.
/// </summary>
internal sealed class ExitPool(int count)
{
    // A simulated IPv6 exit keeps its number in the last four bytes; a million is plenty.
    public const int MaxExits = 1_000_000;

    private const int HostsPerRange = 254;

    // Where an exit is when nobody asked: the first countries of a typical residential pool.
    private static readonly string[] s_countries = ["US", "GB", "DE", "FR", "BR", "IN", "JP", "NG"];

    private uint _next;

    public Exit For(string account, RequestedExit wanted)
    {
        uint number = wanted.Session.Length == 0
            ? Interlocked.Increment(ref _next) - 1
            : Hash(string.Join('\n', account, wanted.Country, wanted.State, wanted.City, wanted.Other, wanted.Session));
        uint index = number % (uint)count;
        return new Exit(
            Address(index),
            wanted.Country.Length > 0 ? wanted.Country : s_countries[index % (uint)s_countries.Length],
            wanted.State,
            wanted.City);
    }

    private static IPAddress Address(uint index) => index switch
    {
        < HostsPerRange => new IPAddress([198, 51, 100, (byte)(index + 1)]),
        < 2 * HostsPerRange => new IPAddress([203, 0, 113, (byte)(index - HostsPerRange + 1)]),
        _ => new IPAddress(
            [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(index >> 24), (byte)(index >> 16), (byte)(index >> 8),
                (byte)index]),
    };

    // FNV-1a, 32 bits: string.GetHashCode differs from process to process.
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 16777619;
        return hash;
    }
}
