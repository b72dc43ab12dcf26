using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Team;

/// <summary>The roles of a customer's people, in plain words.</summary>
internal static class RoleWords
{
    public static Phrase Of(MemberRole role) => role switch
    {
        MemberRole.Owner => (Phrase)"Everything, including closing the account and choosing owners.",
        MemberRole.Admin => "Everything except closing the account and changing owners.",
        MemberRole.Billing => "Overview, usage, and billing. No proxy passwords.",
        MemberRole.Developer => "Endpoints, proxy users, locations, usage, and activity. No billing.",
        MemberRole.Viewer => "Overview, locations, usage, and activity. No proxy passwords.",
    };

    /// <summary>What somebody may give to others: only owners make owners.</summary>
    public static IEnumerable<MemberRole> GivenBy(MemberRole? role) =>
        Enum.GetValues<MemberRole>().Where(each => role == MemberRole.Owner || each != MemberRole.Owner);

    public static IEnumerable<SelectListItem> Choices(MemberRole? by) =>
        GivenBy(by).Select(role => new SelectListItem(Choice(role), $"{role}"));

    private static string Choice(MemberRole role)
    {
        string what = T[Of(role)];
        return $"{T[SignedInUser.Words(role)]}: {char.ToLowerInvariant(what[0])}{what[1..^1]}";
    }
}
