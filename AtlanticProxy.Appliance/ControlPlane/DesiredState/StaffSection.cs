using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>One of the reseller's own people.</summary>
/// <param name="Role">owner, operator or support; left out: the present one stays, and one that is added is an owner.</param>
/// <param name="Password">Of an account that is added. The password of one that there is stays.</param>
internal sealed record DesiredStaff(string Email, string? Role = null, DesiredSecret? Password = null);

internal sealed class StaffSection(AccountQueries accounts, CreateStaffUser create, SetStaffRole setRole)
{
    public async Task<Result> ApplyAsync(DesiredStaff desired, List<string> changes, CancellationToken cancel)
    {
        string? role = desired.Role is { } word ? Roles.Staff.FirstOrDefault(known => WordOf(known) == word) : null;
        if (desired.Role is not null && role is null)
            return new Error(ErrorKind.Invalid, "account.role_unknown",
                $"'{desired.Role}' is none of {string.Join(", ", Roles.Staff.Select(WordOf))}.", nameof(desired.Role));
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

    private static string WordOf(string role) => Spelling.Policy.ConvertName(role);
}
