using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Referrals;

/// <summary>Sets what referrers earn, of payments from now on.</summary>
public sealed class SetReferrals(AtlanticDb db, TimeProvider time)
{
    private const int MaxClearingDays = 365;

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(ReferralSettings settings, CancellationToken cancellation)
    {
        decimal basisPoints = settings.Percent * TaxRate.BasisPointsPerPercent;
        var validation = new Validation();
        validation.Require(settings.Percent is >= 0 and <= 100 && decimal.IsInteger(basisPoints), nameof(settings.Percent),
            "referral.percent_invalid", "Give a percentage from 0 to 100, such as 20 or 12.5.");
        validation.Require(settings.ClearingDays is >= 0 and <= MaxClearingDays, nameof(settings.ClearingDays),
            "referral.days_invalid", $"Give 0 to {MaxClearingDays} days.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        int points = (int)basisPoints;
        return await db.ReferralSettings
            .Where(row => row.Enabled != settings.Enabled || row.BasisPoints != points
                || row.ClearingDays != settings.ClearingDays)
            .Set(row => row.Enabled, settings.Enabled).Set(row => row.BasisPoints, points)
            .Set(row => row.ClearingDays, settings.ClearingDays).Set(row => row.ChangedAt, time.GetUtcNow())
            .UpdateAsync(cancellation) > 0;
    }
}
