using AtlanticProxy.ControlPlane.Customers;

namespace AtlanticProxy.ControlPlane.Referrals;

/// <summary>
/// Whether two customers are, by what they say of themselves, the same: who refers himself earns nothing. Compared are the
/// mailbox
/// (what follows a plus is a label of the same one; Gmail ignores points), the VAT number, and the postal address. A common
/// domain
/// or name is not enough: colleagues and namesakes refer each other.
/// </summary>
internal static class SamePerson
{
    private static readonly string[] IgnorePoints = ["gmail.com", "googlemail.com"];

    public static bool Are(Customer one, Customer other) =>
        one.Id == other.Id || Mailbox(one.Email) == Mailbox(other.Email)
        || (one.VatId is not null && one.VatId == other.VatId)
        || (Address(one) is { Length: > 0 } address && address == Address(other));

    private static string Mailbox(string email)
    {
        int at = email.LastIndexOf('@');
        string local = email[..at].Split('+')[0], domain = email[(at + 1)..];
        return IgnorePoints.Contains(domain) ? $"{local.Replace(".", "", StringComparison.Ordinal)}@{IgnorePoints[0]}"
            : $"{local}@{domain}";
    }

    /// <summary>Letters and digits alone; empty where the address is not all there.</summary>
    private static string Address(Customer customer) => customer.StreetAddress is "" || customer.Country is null
        ? ""
        : $"{customer.Country}{string.Concat(customer.StreetAddress.ToUpperInvariant().Where(char.IsLetterOrDigit))}";
}
