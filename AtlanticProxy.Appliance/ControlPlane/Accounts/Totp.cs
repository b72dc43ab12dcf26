using OtpNet;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Codes of authenticator apps (RFC 6238), as every app makes them: SHA-1, six digits, a new one every 30 seconds. Secrets are
/// in Base32.
/// </summary>
internal static class Totp
{
    /// <summary>RFC 4226 section 4: 160 bits.</summary>
    private const int SecretBytes = 20;

    public static string NewSecret() => Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(SecretBytes));

    /// <summary>
    /// The step of time that <paramref name="code"/> is of: this one, or one either way for a clock that is off. Null: it is no
    /// code of now.
    /// </summary>
    public static long? StepOf(string secret, string code, DateTimeOffset now) =>
        Of(secret).VerifyTotp(now.UtcDateTime, code, out long step, VerificationWindow.RfcSpecifiedNetworkDelay) ? step : null;

    /// <summary>The code that an app shows at a time.</summary>
    public static string CodeAt(string secret, DateTimeOffset now) => Of(secret).ComputeTotp(now.UtcDateTime);

    private static OtpNet.Totp Of(string secret) => new(Base32Encoding.ToBytes(secret));
}
