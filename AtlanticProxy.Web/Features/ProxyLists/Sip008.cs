using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>One server of a Shadowsocks client.</summary>
/// <param name="Id">A UUID, the same at each fetch.</param>
internal sealed record Sip008Server(string Id, string Remarks, string Server, int ServerPort, string Password, string Method)
{
    /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{Remarks} ({Id})";
}

/// <summary>
/// A proxy user's Shadowsocks keys as an online configuration (SIP008, version 1): each key is a server, at the place that it
/// asks for.
/// </summary>
/// <param name="BytesUsed">Of what bounds the proxy user first; null when nothing does, and then the other one is, too.</param>
internal sealed record Sip008(int Version, IReadOnlyList<Sip008Server> Servers, long? BytesUsed, long? BytesRemaining)
{
    /// <summary>Of UUIDs that are made of other things than chance or time (RFC 9562 section 5.8).</summary>
    private const int CustomVersion = 0x80, Variant = 0x80;

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <param name="keys">All of the proxy user, oldest first.</param>
    /// <param name="quotas">Of its customer.</param>
    public static Sip008 Of(
        ListHolder holder, IReadOnlyList<ShadowsocksCredentials> keys, string host, int port, IReadOnlyList<QuotaSummary> quotas)
    {
        var servers = keys.GroupBy(key => key.Targeting).SelectMany(place => place.Select((key, number) => new Sip008Server(
            IdOf(holder, key.Targeting, number), key.Targeting.Length == 0 ? key.ProxyUserName : key.Targeting, host, port,
            key.Password, key.Method)));
        var own = quotas.FirstOrDefault(quota => quota.ProxyUserId == holder.ProxyUserId);
        // A share is all that it uses; a limit a period is of what its customer has.
        var bound = own is not null && !holder.IsCapped ? own
            : quotas.Where(quota => !quota.InMinutes && (quota.ProxyUserId is null || quota == own)).MinBy(quota => quota.Left);
        return new Sip008(1, [.. servers], bound?.Used, bound?.Left);
    }

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>
    /// Of the proxy user and the place, so that a key that replaces a lost one takes its server's place in clients. Two
    /// appliances have proxy users of one id, hardly of one moment.
    /// </summary>
    /// <param name="number">Among the keys of that place.</param>
    private static string IdOf(ListHolder holder, string targeting, int number)
    {
        byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{holder.ProxyUserId} {holder.UserSince.UtcTicks} {targeting} {number}"))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | CustomVersion);
        bytes[8] = (byte)((bytes[8] & 0x3f) | Variant);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
