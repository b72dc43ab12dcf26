namespace AtlanticProxy.Web.Shell;

/// <summary>Traffic as forms have it: GB of 10^9 bytes, as it is sold.</summary>
internal static class Gigabytes
{
    private const long Bytes = 1_000_000_000;

    /// <summary>An exabyte: more than any plan, and far from overflow.</summary>
    private const long Max = 1_000_000_000;

    /// <summary>What is below nothing stays so, for the command to refuse.</summary>
    public static long? ToBytes(long? gigabytes) => gigabytes is { } count ? Math.Clamp(count, -1, Max) * Bytes : null;

    public static long? Of(long? bytes) => bytes / Bytes;
}
