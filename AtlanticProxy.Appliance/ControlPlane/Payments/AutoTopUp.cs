using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>A customer's wish that the wallet fills itself.</summary>
[Table("auto_top_ups")]
internal sealed class AutoTopUp
{
    [PrimaryKey]
    public long CustomerId { get; set; }

    /// <summary>Minor units: below it, the wallet is filled.</summary>
    public long Threshold { get; set; }

    /// <summary>Minor units each time.</summary>
    public long Amount { get; set; }

    public required string Currency { get; set; }

    /// <summary>Charges in a day (UTC).</summary>
    public int DailyLimit { get; set; }

    /// <summary>Minor units in a month (UTC).</summary>
    public long MonthlyLimit { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>In a row.</summary>
    public int Failures { get; set; }

    /// <summary>Begun so far: each is a purpose of its own.</summary>
    public long Charges { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }
}

/// <summary>When a wallet fills itself, as pages show it. Amounts in minor units.</summary>
/// <param name="Threshold">Below it, the wallet is filled.</param>
/// <param name="DailyLimit">Charges in a day (UTC).</param>
/// <param name="MonthlyLimit">Of a month (UTC).</param>
/// <param name="Failures">In a row.</param>
public sealed record AutoTopUpView(
    long Threshold, long Amount, string Currency, int DailyLimit, long MonthlyLimit, bool Enabled, int Failures);
