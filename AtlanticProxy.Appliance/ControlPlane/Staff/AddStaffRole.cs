using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>Makes a role of staff beside the shipped ones.</summary>
public sealed class AddStaffRole(AtlanticDb db, TimeProvider time)
{
    public const int MaxName = 40;

    internal static readonly Error NameTaken = new(ErrorKind.Conflict, "role.name_taken",
        "There is a role with this name already.", nameof(Request.Name));

    public sealed record Request(string Name, StaffRights Rights);

    /// <summary>The value is the role's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var name = NameOf(request.Name);
        if (!name.IsSuccess)
            return Result.Failure<long>(name.Errors);
        var role = new StaffRole { Name = name.Value, Rights = request.Rights.ToWords(), CreatedAt = time.GetUtcNow() };
        return await db.InsertWithIdUnlessTakenAsync(role, cancellation) is { } id ? id : NameTaken;
    }

    internal static Result<string> NameOf(string typed) => typed.Trim() is { Length: > 0 and <= MaxName } name
        ? name
        : new Error(ErrorKind.Invalid, "role.name_invalid", $"Give a name of 1 to {MaxName} characters.", nameof(Request.Name));
}
