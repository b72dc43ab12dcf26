using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.ControlPlane.Reconciliation;

/// <summary>How what was sold is held against what was bought: section <c>Reconciliation</c> of the configuration.</summary>
public sealed class ReconciliationOptions
{
    /// <summary>
    /// Percent between our count and a provider's above which an alarm is raised. 2: providers count headers and TLS that we do
    /// not, on the order of 1 %.
    /// </summary>
    public double MaxDriftPercent { get; set; } = 2;

    /// <summary>What providers' cost per GB is in. ISO 4217.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>All that is wrong with these settings, one sentence each; empty when valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxDriftPercent is not (>= 0 and <= 100))
            yield return $"Reconciliation:MaxDriftPercent: {MaxDriftPercent} is not between 0 and 100.";
        if (Money.FindCurrency(Currency) != Currency)
            yield return $"Reconciliation:Currency: '{Currency}' is not a currency of ISO 4217, such as USD.";
    }
}
