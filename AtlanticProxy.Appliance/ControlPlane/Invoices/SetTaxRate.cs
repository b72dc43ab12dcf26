using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Sets what tax buyers of a country pay, on what is finalised from now on.</summary>
public sealed class SetTaxRate(AtlanticDb db)
{
    private const int MaxPercent = 100;

    /// <param name="Country">ISO 3166-1 alpha-2, any case.</param>
    /// <param name="Percent">At most two digits after the point; null: the country has none.</param>
    public sealed record Request(string Country, decimal? Percent);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var validation = new Validation();
        string country = PartyRules.RequireCountry(validation, request.Country) ?? "";
        decimal basisPoints = (request.Percent ?? 0) * TaxRate.BasisPointsPerPercent;
        validation.Require(country is not "", nameof(Request.Country), "tax.country_missing", "Name the country, such as DE.");
        validation.Require(request.Percent is null or (>= 0 and <= MaxPercent) && decimal.IsInteger(basisPoints),
            nameof(Request.Percent), "tax.percent_invalid", "Give a percentage from 0 to 100, such as 19 or 25.5.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        if (request.Percent is null)
            return await db.TaxRates.Where(rate => rate.Country == country).DeleteAsync(cancellation) > 0;
        return await db.ExecuteSqlAsync($"""
            insert into tax_rates (country, basis_points) values ({country}, {(int)basisPoints})
            on conflict (country) do update set basis_points = excluded.basis_points
                where tax_rates.basis_points <> excluded.basis_points
            """, cancellation) > 0;
    }
}
