using AtlanticProxy.ControlPlane.Referrals;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>What customers earn by customers that they bring. What is left out stays as it is.</summary>
/// <param name="Percent">Of what a referred customer pays, without tax.</param>
/// <param name="ClearingDays">From the payment until the commission is given.</param>
internal sealed record DesiredReferrals(bool? Enabled = null, decimal? Percent = null, int? ClearingDays = null);

internal sealed class ReferralSection(ReferralQueries queries, SetReferrals set)
{
    public async Task<Result> ApplyAsync(DesiredReferrals desired, List<string> changes, CancellationToken cancel)
    {
        var present = await queries.SettingsAsync(cancel);
        var settings = new ReferralSettings(desired.Enabled ?? present.Enabled, desired.Percent ?? present.Percent,
            desired.ClearingDays ?? present.ClearingDays);
        var changed = await set.ExecuteAsync(settings, cancel);
        if (changed is { IsSuccess: true, Value: true })
            changes.Add(settings.Enabled ? $"referrals: {Quantities.Figures.Text(settings.Percent)} %" : "referrals: off");
        return changed;
    }
}
