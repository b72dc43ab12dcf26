using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Sets who may get an account, with which plan, and which terms they agree to.</summary>
public sealed class SetSignUp(AtlanticDb db, TimeProvider time)
{
    /// <summary>More than any address that is typed.</summary>
    internal const int MaxTermsUrlLength = 500;

    /// <param name="PlanId">Null: none.</param>
    /// <param name="TermsUrl">Null or empty: none.</param>
    public sealed record Request(SignUpMode Mode, long? PlanId, string? TermsUrl);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string? terms = string.IsNullOrWhiteSpace(request.TermsUrl) ? null : request.TermsUrl.Trim();
        var validation = new Validation();
        validation.Require(terms is null || IsAddress(terms), nameof(Request.TermsUrl), "site.terms_url_invalid",
            "Enter the full address of your terms, such as https://example.com/terms.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (request.PlanId is { } plan && !await db.Plans.AnyAsync(row => row.Id == plan && row.Active, cancellation))
            return new Error(ErrorKind.Invalid, "site.sign_up_plan_unknown", "Choose a plan that is offered, or none.",
                nameof(Request.PlanId));
        string mode = Spelling.Of(request.Mode);
        bool changed = await db.ExecuteSqlAsync($"""
            update site set sign_up = {mode}, sign_up_plan_id = {request.PlanId}::bigint,
                terms_url = {terms}::text, changed_at = {time.GetUtcNow()}
            where (sign_up, sign_up_plan_id, terms_url)
                is distinct from ({mode}::text, {request.PlanId}::bigint, {terms}::text)
            """, cancellation) > 0;
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    private static bool IsAddress(string text) =>
        text.Length <= MaxTermsUrlLength && !text.Any(char.IsControl)
        && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";
}
