using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>Has a customer's people need a second factor, as <see cref="SecondFactorRule"/> says. Owners choose that.</summary>
public sealed class TeamSecondFactor(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(TeamActor By, bool IsRequired);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var allowed = await db.GivingAsync(request.By, MemberRole.Owner, cancellation);
        if (!allowed.IsSuccess)
            return Result.Failure<bool>(allowed.Errors);
        DateTimeOffset? since = request.IsRequired ? time.GetUtcNow() : null;
        return await db.ExecuteSqlAsync($"""
            update customers set second_factor_since = {since}::timestamptz
            where id = {request.By.CustomerId} and (second_factor_since is not null) <> {request.IsRequired}
            """, cancellation) == 1;
    }
}
