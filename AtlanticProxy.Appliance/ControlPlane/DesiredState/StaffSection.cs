using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>One of the reseller's own people.</summary>
/// <param name="Role">A role of staff, as owner; left out: the present one stays, and one that is added is an owner.</param>
/// <param name="Password">Of an account that is added. The password of one that there is stays.</param>
internal sealed record DesiredStaff(string Email, string? Role = null, DesiredSecret? Password = null);

internal sealed class StaffSection(
    AccountQueries accounts, CreateStaffUser create, SetStaffRole setRole, StaffRoleBook roles)
{
    public async Task<Result> ApplyAsync(DesiredStaff desired, List<string> changes, CancellationToken cancel)
    {
        string? role = null;
        if (desired.Role is { } word)
        {
            var found = await roles.FindAsync(word, cancel);
            if (!found.IsSuccess)
                return found;
            role = found.Value;
        }
        var present = await accounts.FindStaffAsync(desired.Email, cancel);
        if (!present.IsSuccess)
            return await AddAsync(desired, role ?? Roles.Owner, changes, cancel);
        if (role is null)
            return Result.Success;
        var set = await setRole.ExecuteAsync(new(present.Value.Id, role), cancel);
        if (set is { IsSuccess: true, Value: true })
            changes.Add($"staff {present.Value.Email}: {WordOf(role)}");
        return set;
    }

    private async Task<Result> AddAsync(DesiredStaff desired, string role, List<string> changes, CancellationToken cancel)
    {
        if (desired.Password is not { } password)
            return new Error(ErrorKind.Invalid, "account.password_missing",
                "There is no such account yet, so it needs a password: best from a file.", nameof(desired.Password));
        var added = await create.ExecuteAsync(new(desired.Email, password.Text, role), cancel);
        if (added.IsSuccess)
            changes.Add($"staff {desired.Email.Trim().ToLowerInvariant()}: added as {WordOf(role)}");
        return added;
    }

    private static string WordOf(string role) => Roles.Shipped.Contains(role) ? Spelling.Policy.ConvertName(role) : role;
}
