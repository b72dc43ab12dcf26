using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Who wants an account and has not proved the address yet.</summary>
[Table("sign_ups")]
internal sealed class SignUp
{
    /// <summary>Of the link in the mail.</summary>
    [PrimaryKey]
    public required byte[] TokenHash { get; set; }

    /// <summary>Of what the page has that asks for the code.</summary>
    public required byte[] PageHash { get; set; }

    /// <summary>Of the page's key with the code.</summary>
    public required byte[] CodeHash { get; set; }

    public int WrongCodes { get; set; }
    public required string Email { get; set; }
    public required string Company { get; set; }
    public required string PasswordHash { get; set; }
    public DateTimeOffset? TermsAgreedAt { get; set; }

    /// <summary>There is an account with this address: nothing opens this.</summary>
    public bool IsTaken { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
}
