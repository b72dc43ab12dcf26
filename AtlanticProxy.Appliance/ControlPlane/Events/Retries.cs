namespace AtlanticProxy.ControlPlane.Events;

/// <summary>When whoever did not take something is asked again: later and later, for days.</summary>
internal static class Retries
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(4);

    /// <summary>RFC 5321 section 4.5.4.1 has four to five days; people who wait for something ask after three.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    /// <summary>Until the next try: doubling.</summary>
    /// <param name="attempts">Tries so far, from 1.</param>
    public static TimeSpan PauseAfter(int attempts)
    {
        const int enough = 9; // 2^8 minutes are above the longest
        var pause = First * Math.Pow(2, Math.Min(attempts, enough) - 1);
        return pause < Longest ? pause : Longest;
    }
}
