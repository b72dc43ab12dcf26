namespace AtlanticProxy.Host.Metrics;

/// <summary>What is measured, and where it is sent: section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// Whether <c>/metrics</c> is there. Without it, and without <see cref="OtlpEndpoint"/>, nothing is measured.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Where metrics are sent by OTLP over HTTP: the collector's base address, <c>http://collector:4318</c>, or a path of one's
    /// own. Empty for nowhere.
    /// </summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>Between two sendings. 1 minute: the default of OpenTelemetry.</summary>
    public TimeSpan OtlpInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether anybody is told.</summary>
    internal bool AnybodyListens => Enabled || OtlpEndpoint.Length > 0;

    /// <summary>
    /// With the path that OTLP has for metrics, where no other is named. Only when <see cref="OtlpEndpoint"/> is set.
    /// </summary>
    internal Uri OtlpAddress => new Uri(OtlpEndpoint) is { AbsolutePath: not "/" } whole
        ? whole
        : new Uri(new Uri(OtlpEndpoint), "v1/metrics");

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (OtlpEndpoint.Length > 0
            && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            yield return $"Metrics:OtlpEndpoint: '{OtlpEndpoint}' is not an address such as http://collector:4318.";
        if (OtlpInterval < TimeSpan.FromSeconds(1) || OtlpInterval > TimeSpan.FromHours(1))
            yield return $"Metrics:OtlpInterval: {OtlpInterval} is not between 1 s and 1 h (00:01:00 is 1 min).";
    }
}
