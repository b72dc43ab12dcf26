using System.Globalization;
using AtlanticProxy.ControlPlane.Payments;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Finds the payments that were begun for one thing.</summary>
public static class PaidFor
{
    public static PaymentFilter Order(long id) => Of(OrderPurpose.KindName, $"{id}/");

    public static PaymentFilter Invoice(long id) => Of(RenewalPurpose.KindName, $"{id}/");

    /// <param name="key">Of the form.</param>
    public static PaymentFilter TopUp(long customerId, string key) => Of(Payments.TopUp.KindName, $"{customerId}/{key}");

    private static PaymentFilter Of(string kind, FormattableString key) =>
        new(PurposeKind: kind, PurposeKeyStart: key.ToString(CultureInfo.InvariantCulture));
}
