using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>One of the staff.</summary>
/// <param name="HasSecondFactor">An authenticator app or a passkey.</param>
/// <param name="HasApp">An authenticator app is asked for at sign-in.</param>
/// <param name="DueAt">By when they need a second factor, which they have not; null: they have, or need none.</param>
/// <param name="SeenAt">When the portal was last used, to the minute; null: never.</param>
/// <param name="Sessions">That are open.</param>
public sealed record StaffMember(
    long Id, string Email, string Role, bool HasSecondFactor, bool HasApp, DateTimeOffset? DueAt, DateTimeOffset? SeenAt,
    int Sessions);

/// <summary>Somebody who has a link to become one of the staff.</summary>
/// <param name="InvitedBy">Null: by somebody who is gone.</param>
public sealed record StaffInvitation(long Id, string Email, string Role, string? InvitedBy, DateTimeOffset ExpiresAt);

/// <summary>Reads who works here.</summary>
public sealed class StaffQueries(AtlanticDb db, TimeProvider time)
{
    /// <summary>From most to least power, then by address.</summary>
    public async Task<IReadOnlyList<StaffMember>> ListAsync(CancellationToken cancellation) =>
        await db.QueryAsync<StaffMember>($"""
            select u.id, u.email, u.role, factor.is_there as has_second_factor, u.two_factor_enabled as has_app,
                case when not factor.is_there and site.staff_second_factor_since is not null then
                    greatest(site.staff_second_factor_since, u.created_at) + {SecondFactorRule.Grace}::interval end as due_at,
                greatest(u.last_signed_in_at, open.seen_at) as seen_at, coalesce(open.sessions, 0)::integer as sessions
            from users u
            cross join site
            cross join lateral (select u.two_factor_enabled or exists (select from user_passkeys p where p.user_id = u.id))
                factor (is_there)
            left join lateral (select count(*), max(s.renewed_at) from user_sessions s where s.user_id = u.id
                and s.expires_at > {time.GetUtcNow()} and s.security_stamp = u.security_stamp) open (sessions, seen_at) on true
            where u.customer_id is null
            order by array_position(array['Owner', 'Operator', 'Finance', 'Support'], u.role), u.role, u.email
            """, cancellation);

    /// <summary>One of them; null: nobody of the staff has that id.</summary>
    public async Task<StaffMember?> FindAsync(long userId, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(member => member.Id == userId);

    /// <summary>Those that still count.</summary>
    public async Task<IReadOnlyList<StaffInvitation>> InvitationsAsync(CancellationToken cancellation) =>
        await db.QueryAsync<StaffInvitation>($"""
            select i.id, i.email, i.staff_role as role, u.email as invited_by, i.expires_at
            from invitations i left join users u on u.id = i.invited_by
            where i.customer_id is null and i.expires_at > {time.GetUtcNow()} order by i.email
            """, cancellation);
}
