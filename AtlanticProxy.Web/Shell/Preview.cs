using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Shell;

/// <summary>What a form changes.</summary>
/// <param name="Before">Empty: nothing was set.</param>
/// <param name="After">Empty: nothing is set then.</param>
internal sealed record FormChange(Phrase Label, string Before, string After);

/// <summary>
/// Shows what a form changes before it is saved. The same address by POST, with the same fields and <see cref="Seen"/>, saves.
/// </summary>
/// <param name="Title">What is changed.</param>
/// <param name="Words">Whom it concerns, and from when on.</param>
/// <param name="Back">Where "Keep it as it is" goes: a path of ours.</param>
/// <param name="Fields">What was sent.</param>
internal sealed record Preview(
    Phrase Title, Phrase Words, string Back, IReadOnlyList<FormChange> Changes,
    IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>The field that says that it was shown.</summary>
    public const string Seen = "seen";

    private const string Token = "__RequestVerificationToken";

    /// <summary>Null when it was seen already, or there is nothing to show.</summary>
    public static Preview? Of(
        IFormCollection form, Phrase title, Phrase words, string back, IEnumerable<FormFact> stored, IEnumerable<FormFact> wanted)
    {
        if (form.ContainsKey(Seen))
            return null;
        FormChange[] changes =
        [
            .. stored.Zip(wanted, (before, after) => new FormChange(before.Label, before.Text ?? "", after.Text ?? ""))
                .Where(change => change.Before != change.After),
        ];
        return changes.Length == 0 ? null : new Preview(title, words, back, changes, FieldsOf(form));
    }

    /// <summary>What was sent, to be sent again by another form.</summary>
    /// <param name="but">Fields that are that form's own.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> FieldsOf(IFormCollection form, params string[] but) =>
        [.. from field in form
            where field.Key != Token && !but.Contains(field.Key)
            from value in field.Value
            select KeyValuePair.Create(field.Key, value)];
}
