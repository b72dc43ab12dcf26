using OtpNet;

namespace AtlanticProxy.Testing;

/// <summary>
/// An app on a phone that shows codes (RFC 6238). It knows the next code, too, which is accepted already: nobody waits half a
/// minute for it.
/// </summary>
/// <param name="secret">Base32, as the page shows it.</param>
public sealed class Authenticator(string secret, TimeProvider? time = null)
{
    private const int StepSeconds = 30;

    private readonly Totp _codes = new(Base32Encoding.ToBytes(secret));
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _last;

    /// <summary>A code that was not typed yet: of now, and then of the half minute that follows.</summary>
    public string Next()
    {
        _last = Math.Max(_time.GetUtcNow().ToUnixTimeSeconds() / StepSeconds, _last + 1);
        return _codes.ComputeTotp(DateTimeOffset.FromUnixTimeSeconds(_last * StepSeconds).UtcDateTime);
    }
}
