namespace AtlanticProxy.ControlPlane.Mail;

/// <summary>How long mail waits for what.</summary>
/// <param name="Server">For a server's part in one mail: connecting, signing in, taking it over.</param>
public sealed record MailPatience(TimeSpan Server)
{
    /// <summary>
    /// A mail that was handed over this long ago without a word lost its sender: far above what one try may
    /// take.
    /// </summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    /// <summary>Greylisting makes strangers wait seconds; a relay that scans mail takes up to a minute.</summary>
    public static readonly MailPatience Default = new(TimeSpan.FromMinutes(1));
}
