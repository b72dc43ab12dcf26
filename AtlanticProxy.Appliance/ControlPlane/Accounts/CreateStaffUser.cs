using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Adds someone of the reseller's own people.</summary>
public sealed class CreateStaffUser(UserManager<AppUser> users, StaffRoleBook roles, TimeProvider time)
{
    /// <param name="Role">A role of staff, in any case.</param>
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
        var role = await roles.FindAsync(request.Role, cancellation);
        validation.Require(
            role.IsSuccess, nameof(Request.Role), "account.role_unknown", role.IsSuccess ? "" : role.Errors[0].Words);
        if (validation.Failed)
            return Result.Failure<long>(validation.Errors);

        var user = new AppUser { Email = email!, Role = role.Value, EmailConfirmed = true, CreatedAt = time.GetUtcNow() };
        return await users.CreateUserAsync(user, request.Password);
    }
}
