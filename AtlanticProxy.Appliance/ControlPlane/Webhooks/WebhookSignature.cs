using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>
/// Signs what is delivered, as Stripe does: HMAC-SHA256 over the moment, a point, and the raw body. Whoever gets it computes the
/// same with the secret, compares in constant time, and refuses old moments.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "AtlanticProxy-Signature";

    /// <returns><c>t=1795955356,v1=9f2c…</c></returns>
    public static string Of(string secret, DateTimeOffset at, string body)
    {
        string signed = string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()}.{body}");
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed));
        return string.Create(CultureInfo.InvariantCulture, $"t={at.ToUnixTimeSeconds()},v1={Convert.ToHexStringLower(mac)}");
    }
}
