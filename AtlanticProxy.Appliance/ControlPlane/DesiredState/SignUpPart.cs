using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>The site's part about who may get an account.</summary>
internal sealed class SignUpPart(SiteQueries queries, PlanQueries plans, SetSignUp set)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(SetSignUp.Request.PlanId)] = "signUp.plan", [nameof(SetSignUp.Request.TermsUrl)] = "signUp.termsUrl",
    };

    public async Task<Result> ApplyAsync(DesiredSignUp desired, List<string> changes, CancellationToken cancel)
    {
        var present = await queries.SignUpAsync(cancel);
        var mode = desired.Mode is { } word ? Spelling.Parse<SignUpMode>(word) : present.Mode;
        if (!mode.IsSuccess)
            return mode.AboutField("site.sign_up_unknown", "signUp.mode");
        long? plan = present.PlanId;
        if (desired.Plan is { } name)
        {
            plan = null;
            if (name.Length > 0)
            {
                var found = await plans.FindByNameAsync(name, cancel);
                if (!found.IsSuccess)
                    return found.AboutField("site.sign_up_plan_unknown", "signUp.plan");
                plan = found.Value.Id;
            }
        }
        var changed = await set.ExecuteAsync(new(mode.Value, plan, desired.TermsUrl ?? present.TermsUrl), cancel);
        if (!changed.IsSuccess)
            return changed.In(Names);
        if (changed.Value)
            changes.Add($"site: sign-up {Spelling.Of(mode.Value)}");
        return changed;
    }
}
