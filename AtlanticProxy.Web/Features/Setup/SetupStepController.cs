using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

/// <summary>What the frame around a step shows.</summary>
/// <param name="Current">Null on the last page.</param>
internal sealed record SetupFrame(SetupProgress Progress, SetupStepKind? Current)
{
    public const string Key = "setup";

    /// <summary>From 1.</summary>
    public int Number => Current is { } step ? (int)step + 1 : Progress.Steps.Count + 1;

    /// <summary>The steps and the page that ends them.</summary>
    public int Count => Progress.Steps.Count + 1;
}

/// <summary>
/// What the pages of setup share. Each step can be left and taken up again: what is stored says which are done.
/// </summary>
[SetupOpen(NeedsKey = true), AllowAnonymous]
internal abstract class SetupStepController(SiteQueries site) : PortalController
{
    protected SiteQueries Site => site;

    public static string PathOf(SetupStepKind step) => $"/setup/{step.ToString().ToLowerInvariant()}";

    /// <summary>The step after <paramref name="step"/>; after the last one, the page that ends them.</summary>
    public static string PathAfter(SetupStepKind step) =>
        step == SetupStepKind.Plan ? "/setup/done" : PathOf(step + 1);

    protected async Task<IActionResult> PageAsync(
        string view, SetupStepKind? step, object model, CancellationToken cancellation)
    {
        ViewData[SetupFrame.Key] = new SetupFrame(await site.ProgressAsync(cancellation), step);
        return View(view, model);
    }

    protected LocalRedirectResult Next(SetupStepKind step, Phrase? words = null)
    {
        if (words is not null)
            Notify(words);
        return LocalRedirect(PathAfter(step));
    }
}
