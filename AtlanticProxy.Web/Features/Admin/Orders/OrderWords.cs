using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Orders;

/// <summary>How it is said what was ordered, and where it stands.</summary>
internal static class OrderWords
{
    /// <summary>Minutes of an hour.</summary>
    private const int MinutesPerHour = 60;

    /// <summary>What of its plan is bought.</summary>
    public static Phrase Of(OrderSummary order) => order.Kind switch
    {
        OrderKind.Subscription => Phrase.Verbatim(order.Plan),
        OrderKind.Trial => $"Trial of {order.Plan}",
        OrderKind.Package when order.InMinutes =>
            $"{Format.Count((order.Amount ?? 0) / MinutesPerHour, "hour", "hours")} of {order.Plan}",
        OrderKind.Package => $"{Format.BytesText(order.Amount ?? 0)} of {order.Plan}",
        OrderKind.TopUp => $"{Format.BytesText(order.Amount ?? 0)} on top of {order.Plan}",
        OrderKind.Seats => $"{Format.Count(order.Amount ?? 0, "proxy user", "proxy users")} more of {order.Plan}",
    };

    /// <summary>A word or two.</summary>
    public static Phrase Of(OrderState state) => state switch
    {
        OrderState.Open => "Waiting for payment",
        OrderState.Paid => "Paid",
        OrderState.Expired => "Expired",
        OrderState.Cancelled => "Cancelled",
    };

    /// <summary>A class of <c>badge-state</c>; null for a quiet one.</summary>
    public static string? MoodOf(OrderState state) => state switch
    {
        OrderState.Open => "warn",
        OrderState.Paid => "good",
        _ => null,
    };
}
