using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>The service itself. What is left out stays as it is.</summary>
/// <param name="StaffSecondFactor">Whether staff need a second factor.</param>
/// <param name="SetupFinished">True closes the setup page, once all else of the document is applied.</param>
internal sealed record DesiredSite(
    string? BrandName = null, string? HostName = null, DesiredCertificate? Certificate = null, bool? SetupFinished = null,
    DesiredSignUp? SignUp = null, bool? StaffSecondFactor = null);

/// <summary>Who may get an account. What is left out stays as it is.</summary>
/// <param name="Mode">off, invitation or on.</param>
/// <param name="Plan">Of who signs up; empty: none.</param>
/// <param name="TermsUrl">Of the terms that people agree to; empty: none.</param>
internal sealed record DesiredSignUp(string? Mode = null, string? Plan = null, string? TermsUrl = null);

/// <param name="Email">Of the account with the authority.</param>
/// <param name="AgreeToTerms">To those of the authority; false: no certificate is asked for.</param>
internal sealed record DesiredCertificate(string? Email = null, bool AgreeToTerms = false);

internal sealed class SiteSection(
    SiteQueries queries, SetBrand setBrand, SetHost setHost, SignUpPart signUp, StaffSecondFactor factor, FinishSetup finish)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(SetHost.Request.AcmeEmail)] = "certificate.email",
        [nameof(SetHost.Request.AgreeToTerms)] = "certificate.agreeToTerms",
    };

    public async Task<Result> ApplyAsync(DesiredSite desired, List<string> changes, CancellationToken cancel)
    {
        if (desired.BrandName is { } brand)
        {
            var set = await setBrand.ExecuteAsync(new(brand), cancel);
            if (!set.IsSuccess)
                return set;
            if (set.Value)
                changes.Add($"site: brand {brand.Trim()}");
        }
        if (desired.StaffSecondFactor is { } required && await factor.RequireAsync(required, cancel))
            changes.Add($"site: second factor of staff {(required ? "required" : "optional")}");
        if (desired is { HostName: null, Certificate: null })
            return Result.Success;
        var present = await queries.SettingsAsync(cancel);
        string host = desired.HostName ?? present.HostName ?? "";
        var certificate = desired.Certificate ?? new DesiredCertificate(present.AcmeEmail, present.AcmeEmail is not null);
        var changed = await setHost.ExecuteAsync(
            new(host, certificate.AgreeToTerms ? certificate.Email ?? "" : null, certificate.AgreeToTerms), cancel);
        if (!changed.IsSuccess)
            return changed.In(Names);
        if (changed.Value)
            changes.Add($"site: host {host.Trim()}, {(certificate.AgreeToTerms ? "with" : "without")} a certificate");
        return changed;
    }

    /// <summary>After all else, since it needs an owner, and plans.</summary>
    public async Task<Result> FinishAsync(DesiredSite desired, List<string> changes, CancellationToken cancel)
    {
        if (desired.SignUp is { } accounts
            && await signUp.ApplyAsync(accounts, changes, cancel) is { IsSuccess: false } refused)
            return refused;
        if (desired.SetupFinished is not { } finished)
            return Result.Success;
        if (!finished)
            return await queries.IsSetupFinishedAsync(cancel)
                ? new Error(ErrorKind.Conflict, "setup.finished", "Setup is finished, and stays so.",
                    nameof(desired.SetupFinished))
                : Result.Success;
        var done = await finish.ExecuteAsync(cancel);
        if (done is { IsSuccess: true, Value: true })
            changes.Add("site: setup finished");
        return done;
    }
}
