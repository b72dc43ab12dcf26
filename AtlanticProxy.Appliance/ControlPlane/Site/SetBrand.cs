using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>Sets the name that customers see.</summary>
public sealed class SetBrand(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(string BrandName);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.BrandName.Trim();
        var validation = new Validation();
        validation.Require(SiteSettings.IsBrandName(name), nameof(Request.BrandName), "site.brand_invalid",
            $"Give the name of your service: 1 to {SiteSettings.MaxBrandNameLength} characters.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        return await db.Site.Where(site => site.BrandName == null || site.BrandName != name)
            .Set(site => site.BrandName, name)
            .Set(site => site.ChangedAt, time.GetUtcNow())
            .UpdateAsync(cancellation) == 1;
    }
}
