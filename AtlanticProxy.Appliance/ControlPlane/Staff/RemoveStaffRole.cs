using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>Removes a role that is not shipped, and that nobody has. Invitations with it are withdrawn.</summary>
public sealed class RemoveStaffRole(AtlanticDb db)
{
    private static readonly Error InUse = new(ErrorKind.Conflict, "role.in_use",
        "Somebody has this role. Give them another role first.");

    public sealed record Request(long RoleId);

    /// <summary>The value is the role's name.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var one = db.Roles.Where(row => row.Id == request.RoleId && row.Rights != null);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await one.Select(row => row.Name).SingleOrDefaultAsync(cancellation) is not { } name)
            return StaffRoleBook.NoSuchRole;
        try
        {
            await one.DeleteAsync(cancellation);
        }
        catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return InUse;
        }
        await transaction.CommitAsync(cancellation);
        return name;
    }
}
