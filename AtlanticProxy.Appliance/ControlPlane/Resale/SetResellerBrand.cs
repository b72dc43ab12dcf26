using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB;
using LinqToDB.Async;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>Sets the name, look and host name that a reseller's customers see.</summary>
public sealed class SetResellerBrand(AtlanticDb db, SiteQueries site, ConfiguredSite configured, TimeProvider time)
{
    private static readonly Error Taken = new(ErrorKind.Conflict, "reseller.host_taken",
        "This host name is in use here already. Choose another.", nameof(Request.HostName));

    /// <param name="BrandName">Empty for the account's own name.</param>
    /// <param name="Accent">Empty for the product's own.</param>
    /// <param name="Logo">Null keeps the present one; empty removes it.</param>
    /// <param name="SupportEmail">Empty for none.</param>
    /// <param name="HostName">Empty for the operator's.</param>
    public sealed record Request(
        long ResellerId, string BrandName, string Accent, byte[]? Logo, string SupportEmail, string HostName);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        string name = request.BrandName.Trim(), host = request.HostName.Trim().TrimEnd('.').ToLowerInvariant();
        validation.Require(name.Length == 0 || SiteSettings.IsBrandName(name), nameof(Request.BrandName),
            "reseller.brand_invalid", $"A name has at most {SiteSettings.MaxBrandNameLength} characters.");
        string? accent = LookRules.RequireAccent(validation, request.Accent, nameof(Request.Accent));
        string? email = LookRules.RequireSupportEmail(validation, request.SupportEmail, nameof(Request.SupportEmail));
        LookRules.RequireLogo(validation, request.Logo, nameof(Request.Logo));
        // A public name: a dot, and no address.
        validation.Require(host.Length == 0 || (SiteSettings.IsHostName(host) && host.Contains('.', StringComparison.Ordinal)),
            nameof(Request.HostName), "reseller.host_invalid", SiteSettings.HostNameRule);
        if (validation.Failed)
            return Result.Failure(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (!await db.HoldSellerAsync(request.ResellerId, cancellation))
            return ResaleRules.NotReseller;
        if (host.Length > 0 && await IsOperatorsAsync(host, cancellation))
            return Taken;
        var update = db.Resellers.Where(row => row.CustomerId == request.ResellerId)
            .Set(row => row.BrandName, name.Length > 0 ? name : null).Set(row => row.Accent, accent)
            .Set(row => row.SupportEmail, email).Set(row => row.HostName, host.Length > 0 ? host : null)
            .Set(row => row.ChangedAt, time.GetUtcNow());
        if (request.Logo is { } logo)
            update = update.Set(row => row.Logo, logo is [] ? null : logo);
        try
        {
            await update.UpdateAsync(cancellation);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Taken;
        }
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }

    /// <summary>The portal's own name, also where the configuration's wins over what is stored.</summary>
    private async Task<bool> IsOperatorsAsync(string host, CancellationToken cancellation) =>
        new[] { configured.HostName, (await site.SettingsAsync(cancellation)).HostName }
            .Contains(host, StringComparer.OrdinalIgnoreCase);
}
