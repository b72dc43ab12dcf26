using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Sets how the portal looks to customers.</summary>
public sealed class SetLook(AtlanticDb db, SiteQueries site, TimeProvider time)
{
    /// <param name="Accent">Empty for the product's own.</param>
    /// <param name="Logo">Null keeps the present one; empty removes it.</param>
    /// <param name="SupportEmail">Empty for none.</param>
    public sealed record Request(
        string Accent, byte[]? Logo, string SupportEmail, bool Landing, string Pitch, string About, string Terms, string Privacy);

    /// <summary>The value is how it looks now.</summary>
    public async Task<Result<SiteLook>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        string? accent = LookRules.RequireAccent(validation, request.Accent, nameof(Request.Accent));
        string? email = LookRules.RequireSupportEmail(validation, request.SupportEmail, nameof(Request.SupportEmail));
        LookRules.RequireLogo(validation, request.Logo, nameof(Request.Logo));
        foreach (var (field, text, most) in ((string, string, int)[])
        [
            (nameof(Request.Pitch), request.Pitch, SiteLook.MaxPitch), (nameof(Request.About), request.About, SiteLook.MaxAbout),
            (nameof(Request.Terms), request.Terms, SiteLook.MaxPaper),
            (nameof(Request.Privacy), request.Privacy, SiteLook.MaxPaper),
        ])
            validation.Require(text.Length <= most, field, "site.text_too_long", $"Write at most {most} characters.");
        validation.Require(!request.Landing || request.Pitch.Trim().Length > 0, nameof(Request.Pitch), "site.pitch_missing",
            "Say in one sentence what you offer: it is on top of the page.");
        if (validation.Failed)
            return Result.Failure<SiteLook>(validation.Errors);

        var update = db.Site.Set(row => row.Accent, accent).Set(row => row.SupportEmail, email)
            .Set(row => row.Landing, request.Landing).Set(row => row.Pitch, request.Pitch.Trim())
            .Set(row => row.About, request.About.Trim()).Set(row => row.Terms, request.Terms.Trim())
            .Set(row => row.Privacy, request.Privacy.Trim()).Set(row => row.ChangedAt, time.GetUtcNow());
        if (request.Logo is { } logo)
            update = update.Set(row => row.Logo, logo is [] ? null : logo);
        await update.UpdateAsync(cancellation);
        return await site.LookAsync(cancellation);
    }
}
