using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AtlanticProxy.Web.Features.SignIn;

/// <summary>A password that somebody chooses, typed twice.</summary>
internal static class NewPassword
{
    public const string Hint = "At least 12 characters. A few words that only you would put together are best.";

    /// <summary>Whether it was typed, and alike; else it is said beside the form's fields.</summary>
    public static bool IsTyped(
        ModelStateDictionary form, string? chosen, string? repeated, string field = "NewPassword", string again = "Repeated")
    {
        if (string.IsNullOrEmpty(chosen))
            form.AddModelError(field, "Enter a new password.");
        else if (chosen != repeated)
            form.AddModelError(again, "The two are not the same.");
        return form.IsValid;
    }
}
