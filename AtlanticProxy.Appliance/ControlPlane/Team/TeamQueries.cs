using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>One of a customer's people.</summary>
/// <param name="HasSecondFactor">An authenticator app or a passkey.</param>
/// <param name="SeenAt">When the portal was last used, to the minute; null: never.</param>
public sealed record TeamMember(long Id, string Email, MemberRole Role, bool HasSecondFactor, DateTimeOffset? SeenAt);

/// <summary>Somebody who has a link to choose a password.</summary>
/// <param name="InvitedBy">Null: by support.</param>
public sealed record PendingInvitation(long Id, string Email, MemberRole Role, string? InvitedBy, DateTimeOffset ExpiresAt);

/// <summary>Who can sign in for a customer.</summary>
/// <param name="SecondFactorSince">Since when everybody needs a second factor; null: nobody does.</param>
public sealed record TeamSummary(
    IReadOnlyList<TeamMember> Members, IReadOnlyList<PendingInvitation> Invitations, DateTimeOffset? SecondFactorSince);

/// <summary>Reads a customer's people.</summary>
public sealed class TeamQueries(AtlanticDb db, TimeProvider time)
{
    public async Task<TeamSummary> FindAsync(long customerId, CancellationToken cancellation) => new(
        await MembersAsync(customerId, cancellation),
        await db.QueryAsync<PendingInvitation>($"""
            select i.id, i.email, i.member_role as role, u.email as invited_by, i.expires_at
            from invitations i left join users u on u.id = i.invited_by
            where i.customer_id = {customerId} and i.expires_at > {time.GetUtcNow()} order by i.email
            """, cancellation),
        await db.ScalarAsync<DateTimeOffset?>(
            $"select second_factor_since from customers where id = {customerId}", cancellation));

    /// <summary>From most to least power, then by address.</summary>
    private Task<List<TeamMember>> MembersAsync(long customerId, CancellationToken cancellation) => db.QueryAsync<TeamMember>($"""
        select u.id, u.email, u.member_role as role,
            u.two_factor_enabled or exists (select from user_passkeys p where p.user_id = u.id) as has_second_factor,
            greatest(u.last_signed_in_at, (select max(s.renewed_at) from user_sessions s where s.user_id = u.id)) as seen_at
        from users u where u.customer_id = {customerId}
        order by array_position(array['owner', 'admin', 'billing', 'developer', 'viewer'], u.member_role), u.email
        """, cancellation);

    /// <summary>One of them; null: nobody of this customer has that id.</summary>
    public async Task<TeamMember?> FindAsync(long customerId, long userId, CancellationToken cancellation) =>
        (await MembersAsync(customerId, cancellation)).Find(member => member.Id == userId);
}
