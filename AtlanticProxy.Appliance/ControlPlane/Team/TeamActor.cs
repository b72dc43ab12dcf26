using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>Who of a customer's people does something to their team. What that person may is asked anew each time.</summary>
public readonly record struct TeamActor(long CustomerId, long UserId);

/// <summary>
/// The rules of a team: owners and admins change it, owners only what concerns owners, and one owner stays.
/// </summary>
internal static class TeamRules
{
    internal static readonly Error NotAllowed = new(ErrorKind.Forbidden, "team.not_allowed",
        "Your role does not allow this. Ask an owner or admin of the account.");

    private static readonly Error OwnersOnly = new(ErrorKind.Forbidden, "team.owners_only",
        "Only an owner can add, change, or remove an owner.");

    private static readonly Error LastOwner = new(ErrorKind.Conflict, "team.last_owner",
        "This is the only owner. Make another person an owner first.");

    private static readonly Error NoSuchMember = new(ErrorKind.NotFound, "team.member_not_found",
        "There is no such person in this team.");

    /// <summary>
    /// One of the team, who is about to get another role or to leave, within the caller's transaction. The whole team is locked:
    /// of two owners who leave at once, the second is refused.
    /// </summary>
    /// <param name="newRole">What the person becomes; null: they leave.</param>
    public static async Task<Result<AppUser>> ChangingAsync(
        this AtlanticDb db, TeamActor actor, long userId, MemberRole? newRole, CancellationToken cancellation)
    {
        var team = await db.Users.Where(row => row.CustomerId == actor.CustomerId).OrderBy(row => row.Id).LockedForUpdate()
            .ToListAsync(cancellation);
        var allowed = Allows(team.Find(row => row.Id == actor.UserId), newRole);
        if (!allowed.IsSuccess)
            return Result.Failure<AppUser>(allowed.Errors);
        if (team.Find(row => row.Id == userId) is not { } member)
            return NoSuchMember;
        if (member.MemberRole != MemberRole.Owner)
            return member;
        if (allowed.Value != MemberRole.Owner)
            return OwnersOnly;
        return newRole != MemberRole.Owner && team.Count(row => row.MemberRole == MemberRole.Owner) == 1 ? LastOwner : member;
    }

    /// <summary>The actor's own role, where it allows to give somebody <paramref name="role"/>.</summary>
    public static async Task<Result<MemberRole>> GivingAsync(
        this AtlanticDb db, TeamActor actor, MemberRole? role, CancellationToken cancellation) =>
        Allows(await db.Users.SingleOrDefaultAsync(
            row => row.Id == actor.UserId && row.CustomerId == actor.CustomerId, cancellation), role);

    private static Result<MemberRole> Allows(AppUser? actor, MemberRole? role) => actor?.MemberRole switch
    {
        MemberRole.Owner => MemberRole.Owner,
        MemberRole.Admin when role != MemberRole.Owner => MemberRole.Admin,
        MemberRole.Admin => OwnersOnly,
        _ => NotAllowed,
    };
}
