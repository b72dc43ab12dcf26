using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Adds someone of the reseller's own people.</summary>
public sealed class CreateStaffUser(UserManager<AppUser> users, TimeProvider time)
{
    internal static readonly Error NoSuchRole = new(
        ErrorKind.Invalid, "account.role_unknown", $"Choose one of {string.Join(", ", Roles.Staff)}.", nameof(Request.Role));

    /// <param name="Role">One of <see cref="Roles.Staff"/>.</param>
    public sealed record Request(string Email, string Password, string Role)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(CreateStaffUser)} {{ {Email}, {Role} }}";
    }

    /// <summary>The value is the user's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string? email = EmailAddress.Normalise(request.Email);
        var validation = new Validation();
        validation.Require(email is not null, nameof(Request.Email), "account.email_invalid", EmailAddress.Rule);
        validation.Require(Roles.Staff.Contains(request.Role), nameof(Request.Role), NoSuchRole.Code, NoSuchRole.Words);
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);

        var user = new AppUser { Email = email!, Role = request.Role, EmailConfirmed = true, CreatedAt = time.GetUtcNow() };
        return await users.CreateUserAsync(user, request.Password);
    }
}
