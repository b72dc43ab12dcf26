namespace AtlanticProxy.Web.Compat;

/// <summary>What a vendor calls a GB, in bytes. Amounts are decimal fractions, never floating point.</summary>
public readonly record struct GigabyteUnit(long Bytes)
{
    public const long Decimal = 1_000_000_000, Binary = 1_073_741_824;

    /// <summary>Behind the point: half a byte is more than 4 of the tenth digit, so each byte has an amount of its own.</summary>
    private const int Digits = 10;

    /// <summary>Dividing by it takes trailing zeros away: 5 and not 5.0000000000.</summary>
    private const decimal One = 1.0000000000000000000000000000m;

    /// <summary>How many GB that is, to ten digits behind the point: <see cref="ToBytes"/> gives the same bytes back.</summary>
    public decimal Of(long bytes) => Math.Round((decimal)bytes / Bytes, Digits) / One;

    /// <summary>The nearest number of bytes; null when it is negative, or more than there can be.</summary>
    public long? ToBytes(decimal gigabytes) => gigabytes < 0 || gigabytes > (decimal)long.MaxValue / Bytes - 1
        ? null
        : (long)Math.Round(gigabytes * Bytes, MidpointRounding.AwayFromZero);
}
