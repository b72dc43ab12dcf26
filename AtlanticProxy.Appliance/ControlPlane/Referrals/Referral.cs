using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Referrals;

/// <summary>What referrers earn: the one row of <c>referral_settings</c>.</summary>
[Table("referral_settings")]
internal sealed class ReferralSettingsRow
{
    [PrimaryKey]
    public bool OnlyRow { get; set; } = true;

    public bool Enabled { get; set; }

    /// <summary>Of what a referred customer pays, without tax; in hundredths of a percent.</summary>
    public int BasisPoints { get; set; }

    /// <summary>From the payment until the commission is given.</summary>
    public int ClearingDays { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <param name="Percent">Of what a referred customer pays, without tax.</param>
/// <param name="ClearingDays">From the payment until the commission is given.</param>
public sealed record ReferralSettings(bool Enabled, decimal Percent = 20, int ClearingDays = 30);

/// <summary>The code that a customer hands to others.</summary>
[Table("referral_codes")]
internal sealed class ReferralCode
{
    [PrimaryKey]
    public long CustomerId { get; set; }

    public required string Code { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Who was referred by whom.</summary>
[Table("referrals")]
internal sealed class Referral
{
    [PrimaryKey]
    public long CustomerId { get; set; }

    public long ReferrerId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a referrer earns by one paid invoice.</summary>
[Table("commissions")]
internal sealed class Commission
{
    [PrimaryKey]
    public long InvoiceId { get; set; }

    public long ReferrerId { get; set; }
    public required string Currency { get; set; }
    public int BasisPoints { get; set; }
    public DateTimeOffset ClearsAt { get; set; }
    public bool Cleared { get; set; }

    /// <summary>What the referrer has of it, in minor units.</summary>
    public long Given { get; set; }
}

/// <summary>What a referrer earns in one currency, in minor units.</summary>
/// <param name="Pending">Of payments that could still be taken back.</param>
/// <param name="Given">In the wallet, now or spent.</param>
public sealed record ReferralEarnings(string Currency, long Pending, long Given);

/// <param name="Code">To hand to others; null where referrals are off.</param>
/// <param name="Referred">How many came by it.</param>
public sealed record ReferralSummary(string? Code, int Referred, IReadOnlyList<ReferralEarnings> Earnings);
