using System.CommandLine;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Referrals;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>referral set|show</c>: what customers earn by customers that they bring.</summary>
internal static class ReferralVerbs
{
    private enum Answer
    {
        No,
        Yes,
    }

    public static Command All(CommonOptions common) => new("referral", "What customers earn by bringing others")
    {
        new ReferralSet(common), new ReferralShow(common),
    };

    private static object ViewOf(ReferralSettings settings) =>
        new { enabled = settings.Enabled, percent = settings.Percent, clearingDays = settings.ClearingDays };

    /// <summary><c>referral set [--enabled yes|no] [--percent P] [--clearing-days N]</c>.</summary>
    private sealed class ReferralSet : DatabaseVerb
    {
        private readonly Option<Answer?> _enabled = Values.Choice<Answer>("--enabled",
            "yes: each customer has a link to share, and earns");
        private readonly Option<decimal?> _percent = Values.Amount("--percent", "Of what a referred customer pays, without tax");
        private readonly Option<int?> _days = Values.Count("--clearing-days",
            "Days from a payment until its commission is given");

        public ReferralSet(CommonOptions common)
            : base(common, "set", "Change what referrers earn of payments from now on; what is left out stays") =>
            AddAll(_enabled, _percent, _days);

        protected override async Task<int> RunAsync(Call call)
        {
            var present = await call.Get<ReferralQueries>().SettingsAsync(call.Cancel);
            var wanted = new ReferralSettings(
                call.Value(_enabled) is { } answer ? answer == Answer.Yes : present.Enabled,
                call.Value(_percent) ?? present.Percent, call.Value(_days) ?? present.ClearingDays);
            return await call.ChangedAsync(call.Get<SetReferrals>().ExecuteAsync(wanted, call.Cancel),
                async () => ViewOf(await call.Get<ReferralQueries>().SettingsAsync(call.Cancel)), "referrals", "set");
        }
    }

    private sealed class ReferralShow(CommonOptions common) : DatabaseVerb(common, "show", "Show what referrers earn")
    {
        protected override async Task<int> RunAsync(Call call)
        {
            var settings = await call.Get<ReferralQueries>().SettingsAsync(call.Cancel);
            return call.Terminal.Done(ViewOf(settings),
            [
                $"Referrals:  {(settings.Enabled ? "on" : "off")}", $"Commission: {Figures.Text(settings.Percent)} %",
                $"Clearing:   {settings.ClearingDays} days",
            ]);
        }
    }
}
