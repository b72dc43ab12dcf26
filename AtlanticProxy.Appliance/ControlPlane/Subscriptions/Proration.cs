using System.Numerics;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>What a part of a period is worth. Exact until the one rounding, half up.</summary>
public static class Proration
{
    /// <summary>
    /// What of a period's price its customer has not had, in minor units: by the seconds that are left, or by the traffic that is
    /// left, whichever is less. Never more than was paid.
    /// </summary>
    /// <param name="paid">Minor units, more than or equal to 0.</param>
    /// <param name="secondsLeft">Of <paramref name="seconds"/>, more than 0.</param>
    /// <param name="left">Of <paramref name="included"/>, in bytes; null for plans without a bound.</param>
    public static long Unused(long paid, long secondsLeft, long seconds, long? left = null, long? included = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(paid);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        secondsLeft = Math.Clamp(secondsLeft, 0, seconds);
        long byTime = Part(paid, secondsLeft, seconds);
        return left is { } bytes && included is > 0 and var whole
            ? Math.Min(byTime, Part(paid, Math.Clamp(bytes, 0, whole), whole))
            : byTime;
    }

    /// <summary><paramref name="amount"/> times a fraction, rounded half up.</summary>
    public static long Part(long amount, long numerator, long denominator) =>
        (long)((2 * (BigInteger)amount * numerator + denominator) / (2 * (BigInteger)denominator));
}
