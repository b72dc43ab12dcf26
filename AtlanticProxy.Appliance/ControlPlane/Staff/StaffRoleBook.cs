using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>A role of staff.</summary>
/// <param name="Id">Null: it is shipped, and stays as it is.</param>
/// <param name="People">Who have it.</param>
public sealed record StaffRoleSummary(long? Id, string Name, StaffRights Rights, int People);

/// <summary>The roles that staff can have.</summary>
public sealed class StaffRoleBook(AtlanticDb db)
{
    internal static readonly Error NoSuchRole = new(ErrorKind.NotFound, "role.not_found", "There is no such role.");

    /// <summary>The role that is called so (any case), as it is spelled.</summary>
    public async Task<Result<string>> FindAsync(string name, CancellationToken cancellation)
    {
        var names = await NamesAsync(cancellation);
        return names.FirstOrDefault(known => known.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is { } found
            ? found
            : new Error(ErrorKind.Invalid, "account.role_unknown",
                $"There is no role “{name}”. Choose one of {string.Join(", ", names)}.", "Role");
    }

    /// <summary>The shipped ones from most to least power, and then the others by name.</summary>
    public async Task<IReadOnlyList<StaffRoleSummary>> ListAsync(CancellationToken cancellation)
    {
        var people = await db.Users.Where(user => user.CustomerId == null).GroupBy(user => user.Role)
            .Select(group => new { Role = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Role, group => group.Count, cancellation);
        var own = await db.Roles.Where(role => role.Rights != null).OrderBy(role => role.Name).ToListAsync(cancellation);
        return
        [
            .. Roles.Shipped.Select(name => new StaffRoleSummary(
                null, name, StaffRights.Shipped(name)!, people.GetValueOrDefault(name))),
            .. own.Select(role => new StaffRoleSummary(
                role.Id, role.Name, StaffRights.Parse(role.Rights!), people.GetValueOrDefault(role.Name))),
        ];
    }

    /// <summary>One that is not shipped.</summary>
    public async Task<Result<StaffRoleSummary>> FindAsync(long roleId, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(role => role.Id == roleId) is { } found ? found : NoSuchRole;

    /// <summary>What they are called, in the same order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation) =>
        [.. Roles.Shipped, .. await db.Roles.Where(role => role.Rights != null).OrderBy(role => role.Name)
            .Select(role => role.Name).ToListAsync(cancellation)];
}
