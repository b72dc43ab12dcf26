namespace AtlanticProxy.ControlPlane.Reconciliation;

/// <summary>A provider's day (UTC): what customers used through it, and what it says that was bought.</summary>
/// <param name="OurBytes">Both directions, as customers saw them.</param>
/// <param name="TheirBytes">Null while nobody has entered it.</param>
/// <param name="Source">Where their count is from.</param>
/// <param name="Cost">Of our bytes at the provider's cost per GB now, in minor units.</param>
public sealed record ReconciledDay(
    long ProviderId, string Provider, DateOnly Day, long OurBytes, long? TheirBytes, string? Source, long Cost)
{
    /// <summary>
    /// From -100 to 100: above zero, the provider counts more than we sold. Of the larger count, so that it is bounded when one
    /// is nothing; null while there is none of theirs.
    /// </summary>
    public double? DriftPercent => TheirBytes is not { } theirs ? null
        : theirs == OurBytes ? 0
        : (double)((theirs - (decimal)OurBytes) * 100 / Math.Max(theirs, OurBytes));

    /// <summary>Whether the two counts are further apart than <paramref name="percent"/>.</summary>
    public bool DriftsBy(double percent) => DriftPercent is { } drift && Math.Abs(drift) > percent;
}

/// <summary>Whose margin.</summary>
public enum MarginOf
{
    Customer,
    Provider,
    Plan,
}

/// <summary>What one of them brought and cost. Amounts in minor units.</summary>
/// <param name="Name">Empty: of no plan, or sold and used through no provider.</param>
/// <param name="Currency">Of the revenue.</param>
/// <param name="Cost">In the currency of costs.</param>
/// <param name="Margin">Revenue less cost; null when they are of different currencies.</param>
public sealed record MarginRow(string Name, string Currency, long Bytes, long Revenue, long Cost, long? Margin);
