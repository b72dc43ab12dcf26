namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>How long mail waits for what.</summary>
/// <param name="Server">For a server's part in one mail: connecting, signing in, taking it over.</param>
public sealed record MailPatience(TimeSpan Server)
{
    /// <summary>RFC 5321 section 4.5.4.1 has four to five days; people who wait for a mail ask after three.</summary>
    public static readonly TimeSpan Tries = TimeSpan.FromDays(3);

    /// <summary>A mail that was handed over this long ago without a word lost its sender: far above what one try may
    /// take.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1), LongestPause = TimeSpan.FromHours(4);

    /// <summary>Greylisting makes strangers wait seconds; a relay that scans mail takes up to a minute.</summary>
    public static readonly MailPatience Default = new(TimeSpan.FromMinutes(1));

    /// <summary>Until the next try: doubling.</summary>
    /// <param name="attempts">Tries so far, from 1.</param>
    public static TimeSpan After(int attempts)
    {
        const int enough = 9; // 2^8 minutes are above the longest
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts, enough) - 1);
        return pause < LongestPause ? pause : LongestPause;
    }
}
