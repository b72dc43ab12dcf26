using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>
/// Signatures of gateways over the raw body, compared in constant time. Without a secret, which anyone can know, none is right.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>Paystack: HMAC-SHA512 in hex.</summary>
    public static bool IsPaystacks(byte[] body, string signature, string secret) =>
        secret.Length > 0 && Matches(signature, HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>BTCPay: <c>sha256=</c> and HMAC-SHA256 in hex.</summary>
    public static bool IsBtcpays(byte[] body, string signature, string secret)
    {
        const string Scheme = "sha256=";
        return secret.Length > 0 && signature.StartsWith(Scheme, StringComparison.Ordinal)
            && Matches(signature[Scheme.Length..], HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
    }

    /// <summary>
    /// Stripe: <c>t=SECONDS,v1=HEX[,v1=HEX]</c>, of which any may match; HMAC-SHA256 of time, point and body.
    /// </summary>
    /// <param name="tolerance">How far its time may be from <paramref name="now"/>, either way.</param>
    public static bool IsStripes(byte[] body, string header, string secret, DateTimeOffset now, TimeSpan tolerance)
    {
        var parts = header.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .ToLookup(part => part[0].Trim(), part => part[1].Trim());
        if (secret.Length == 0
            || !long.TryParse(parts["t"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)tolerance.TotalSeconds)
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}.")), .. body];
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        return parts["v1"].Any(signature => Matches(signature, expected));
    }

    private static bool Matches(string hex, byte[] expected)
    {
        byte[] given = new byte[expected.Length];
        return hex.Length == 2 * expected.Length
            && Convert.FromHexString(hex, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, expected);
    }
}
