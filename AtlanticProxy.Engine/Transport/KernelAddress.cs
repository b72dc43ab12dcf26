using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// struct sockaddr_in6, which also has room for sockaddr_in: what the kernel reads and writes as an IP address and port.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KernelAddress : IEquatable<KernelAddress>
{
    public const int MaxSize = 28;
    private const int V4Size = 16;

    private ushort _family;
    private ushort _portBigEndian;
    private fixed byte _rest[24]; // v4: address 4. v6: flow 4, address 16, scope 4.

    public KernelAddress(IPEndPoint endpoint) : this(endpoint.Address, endpoint.Port)
    {
    }

    public KernelAddress(IPAddress address, int port)
    {
        _portBigEndian = BinaryOrder((ushort)port);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            _family = Linux.AF_INET;
            for (int i = 0; i < written; i++)
                _rest[i] = bytes[i];
            return;
        }
        _family = Linux.AF_INET6;
        for (int i = 0; i < written; i++)
            _rest[4 + i] = bytes[i];
        Unsafe.WriteUnaligned(ref _rest[20], (uint)address.ScopeId);
    }

    public readonly int Family => _family;

    public readonly int Size => _family == Linux.AF_INET ? V4Size : MaxSize;

    public readonly int Port => BinaryOrder(_portBigEndian);

    /// <summary>The address, with an IPv4-mapped one as plain IPv4.</summary>
    public readonly IPAddress Address
    {
        get
        {
            fixed (byte* rest = _rest)
            {
                if (_family == Linux.AF_INET)
                    return new IPAddress(new ReadOnlySpan<byte>(rest, 4));
                var address = new IPAddress(new ReadOnlySpan<byte>(rest + 4, 16), Unsafe.ReadUnaligned<uint>(rest + 20));
                return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            }
        }
    }

    public readonly IPEndPoint ToEndPoint() => new(Address, Port);

    public readonly bool Equals(KernelAddress other) => Bytes(in this).SequenceEqual(Bytes(in other));

    public override readonly bool Equals(object? obj) => obj is KernelAddress other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes(in this));
        return hash.ToHashCode();
    }

    private static ReadOnlySpan<byte> Bytes(in KernelAddress address) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<KernelAddress>(in address));

    private static ushort BinaryOrder(ushort value) =>
        BitConverter.IsLittleEndian ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value) : value;
}
