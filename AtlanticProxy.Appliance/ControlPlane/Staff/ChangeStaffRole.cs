using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>
/// Gives a role that is not shipped another name or other rights. The sessions of its people end, since they carry the old ones.
/// </summary>
public sealed class ChangeStaffRole(AtlanticDb db)
{
    public sealed record Request(long RoleId, string Name, StaffRights Rights);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var name = AddStaffRole.NameOf(request.Name);
        if (!name.IsSuccess)
            return Result.Failure<bool>(name.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var role = await db.Roles.Where(row => row.Id == request.RoleId && row.Rights != null).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (role is null)
            return StaffRoleBook.NoSuchRole;
        string[] rights = request.Rights.ToWords();
        if (role.Name == name.Value && role.Rights!.SequenceEqual(rights))
            return false;
        (role.Name, role.Rights) = (name.Value, rights);
        try
        {
            await db.UpdateAsync(role, token: cancellation);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return AddStaffRole.NameTaken;
        }
        await db.ExecuteSqlAsync(
            $"update users set security_stamp = gen_random_uuid()::text where role = {name.Value}", cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
