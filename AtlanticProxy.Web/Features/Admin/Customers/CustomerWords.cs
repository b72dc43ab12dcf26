using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Admin.Customers;

internal static class CustomerWords
{
    public static Phrase Of(CustomerListState state) => state switch
    {
        CustomerListState.Trial => "On trial",
        CustomerListState.PastDue => "Past due",
        CustomerListState.Paused => "Paused",
        CustomerListState.Suspended => "Suspended",
        CustomerListState.PlanEnded => "Plan ended",
        CustomerListState.UsedUp => "Used up",
        CustomerListState.NoPlan => "No plan",
    };

    /// <summary>What the subscription says beside the standing; null where that says it all.</summary>
    public static (Phrase Words, string Mood)? Of(string? subscription) => subscription switch
    {
        "trialing" => ((Phrase)"Trial", "good"),
        "past_due" => ("Past due", "warn"),
        "paused" => ("Paused", ""),
        _ => null,
    };
}
