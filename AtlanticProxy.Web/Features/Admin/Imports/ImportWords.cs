using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Imports;

/// <summary>Imports in words.</summary>
internal static class ImportWords
{
    /// <summary>As the choices of a column.</summary>
    public static IEnumerable<SelectListItem> Fields =>
        Enum.GetValues<ImportField>().Select(each => new SelectListItem(T[Of(each)], each.ToString()));

    public static Phrase Of(ImportField field) => field switch
    {
        ImportField.Ignored => "Do not import",
        ImportField.Email => "Customer’s email",
        ImportField.Name => "Customer’s name",
        ImportField.Company => "Company",
        ImportField.Country => "Country",
        ImportField.Plan => "Plan",
        ImportField.ProxyUser => "Proxy user",
        ImportField.ProxyPassword => "Proxy password",
        ImportField.Balance => "Balance",
        ImportField.Currency => "Currency",
        ImportField.GbLeft => "GB left",
        ImportField.ValidUntil => "Valid until",
        ImportField.Tags => "Tags",
    };

    /// <summary>A field by its name, as a refusal has it; empty of none.</summary>
    public static Phrase Of(string field) => ImportMapping.Find(field) is { } known ? Of(known) : "–";

    public static (Phrase Words, string? Mood) Of(ImportState state) => state switch
    {
        ImportState.Mapping => ((Phrase)"Choose columns", "warn"),
        ImportState.Checking => ("Checking", null),
        ImportState.Checked => ("Ready to import", "warn"),
        ImportState.Running => ("Importing", null),
        ImportState.Done => ("Imported", "good"),
        ImportState.Undoing => ("Undoing", null),
        ImportState.Undone => ("Undone", null),
    };
}
