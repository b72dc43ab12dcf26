using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AtlanticProxy.Testing;

/// <summary>
/// A passkey in software: what a browser and its authenticator answer in the two ceremonies of WebAuthn (level 3), without
/// attestation.
/// </summary>
/// <param name="origin">Of the page, such as <c>http://127.0.0.1:8000</c>.</param>
public sealed class SoftwarePasskey(Uri origin) : IDisposable
{
    /// <summary>Bits of the authenticator's data: somebody was there, showed who they are, and a key comes with it.</summary>
    private const byte Present = 0x01, Verified = 0x04, HasKey = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(32);
    private string _userHandle = "";
    private uint _count;

    public string Id => Base64Url.EncodeToString(_id);

    /// <summary>Whether the person shows who they are; off, it only says that somebody is there.</summary>
    public bool AsksWho { get; set; } = true;

    /// <summary>Answers <c>navigator.credentials.create</c>.</summary>
    /// <param name="options">In JSON form.</param>
    public string Create(string options)
    {
        using var asked = JsonDocument.Parse(options);
        _userHandle = asked.RootElement.GetProperty("user").GetProperty("id").GetString()!;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        byte[] idLength = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(idLength, (ushort)_id.Length);
        // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.
        byte[] key = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        byte[] data =
        [
            .. DataOf(asked.RootElement.GetProperty("rp").GetProperty("id").GetString()!, HasKey), .. new byte[16], .. idLength,
            .. _id, .. key,
        ];
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        byte[] attestation =
        [
            0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x58,
            (byte)data.Length, .. data,
        ];
        return Answer(new
        {
            clientDataJSON = Base64Url.EncodeToString(ClientData("webauthn.create", asked)),
            attestationObject = Base64Url.EncodeToString(attestation),
            transports = new[] { "internal" },
        });
    }

    /// <summary>Answers <c>navigator.credentials.get</c>.</summary>
    /// <param name="options">In JSON form.</param>
    public string Get(string options)
    {
        using var asked = JsonDocument.Parse(options);
        byte[] data = DataOf(asked.RootElement.GetProperty("rpId").GetString()!, 0);
        byte[] client = ClientData("webauthn.get", asked);
        byte[] signature = _key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new
        {
            clientDataJSON = Base64Url.EncodeToString(client),
            authenticatorData = Base64Url.EncodeToString(data),
            signature = Base64Url.EncodeToString(signature),
            userHandle = _userHandle,
        });
    }

    public void Dispose() => _key.Dispose();

    private byte[] DataOf(string party, byte flags)
    {
        byte[] count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, ++_count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(party)), (byte)(Present | (AsksWho ? Verified : 0) | flags), .. count];
    }

    private byte[] ClientData(string type, JsonDocument asked) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type,
        challenge = asked.RootElement.GetProperty("challenge").GetString(),
        origin = origin.GetLeftPart(UriPartial.Authority),
        crossOrigin = false,
    });

    private string Answer(object response) => JsonSerializer.Serialize(new
    {
        id = Id, rawId = Id, type = "public-key", authenticatorAttachment = "platform", clientExtensionResults = new { },
        response,
    });
}
