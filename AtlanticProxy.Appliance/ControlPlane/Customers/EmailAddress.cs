using System.Net.Mail;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Email addresses as the product stores them: lower case, plain <c>local@domain</c>.</summary>
internal static class EmailAddress
{
    /// <summary>RFC 5321 section 4.5.3.1.3: a path is at most 256 octets with its angle brackets.</summary>
    public const int MaxLength = 254;

    public const string Rule = "Give an email address such as name@example.com.";

    /// <summary>The stored form of <paramref name="text"/>, or null when it is no address.</summary>
    public static string? Normalise(string? text)
    {
        string address = (text ?? "").Trim().ToLowerInvariant();
        bool plain = address.Length <= MaxLength
            && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or '"' or ',' or ';');
        return plain && MailAddress.TryCreate(address, out var parsed) && parsed.Address == address ? address : null;
    }
}
