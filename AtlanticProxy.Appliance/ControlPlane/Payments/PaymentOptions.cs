namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>How gateways are asked: section <c>Payments</c> of the configuration.</summary>
public sealed class PaymentOptions
{
    /// <summary>
    /// Seconds that a gateway may take for one answer. 20: card networks take up to 10 to decide, with room; a person waits for
    /// it with the page.
    /// </summary>
    public double TimeoutSeconds { get; set; } = 20;

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (TimeoutSeconds is not (>= 1 and <= 120))
            yield return $"Payments:TimeoutSeconds: {TimeoutSeconds} is not between 1 and 120.";
    }
}
