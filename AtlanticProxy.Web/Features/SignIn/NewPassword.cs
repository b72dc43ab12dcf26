using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>A password that somebody chooses, typed twice.</summary>
internal static class NewPassword
{
    public static readonly Phrase Hint = "At least 12 characters. A few words that only you would put together are best.";

    /// <summary>Whether it was typed, and alike; else it is said beside the form's fields.</summary>
    public static bool IsTyped(
        ModelStateDictionary form, string? chosen, string? repeated, string field = "NewPassword", string again = "Repeated")
    {
        if (string.IsNullOrEmpty(chosen))
            form.AddModelError(field, T["Enter a new password."]);
        else if (chosen != repeated)
            form.AddModelError(again, T["The two are not the same."]);
        return form.IsValid;
    }
}
