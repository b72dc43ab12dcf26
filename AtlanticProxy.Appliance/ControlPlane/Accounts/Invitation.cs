using AtlanticProxy.ControlPlane.Database;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Somebody who is to choose a password: a customer's first login, one more of its people, or one of the staff.
/// </summary>
[Table("invitations")]
internal sealed class Invitation
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Null: to the staff.</summary>
    public long? CustomerId { get; set; }

    /// <summary>Lower case; one invitation an address and customer, and one an address to the staff.</summary>
    public required string Email { get; set; }

    /// <summary>Null: to the staff.</summary>
    public MemberRole? MemberRole { get; set; }

    /// <summary>A role of staff; null: to a customer's team.</summary>
    public string? StaffRole { get; set; }

    /// <summary>Who sent it; null: to a customer's first login, by staff.</summary>
    public long? InvitedBy { get; set; }

    public required byte[] TokenHash { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal static class Invitations
{
    /// <summary>Writes an invitation in place of one that the address may have. Answers what its link carries.</summary>
    public static async Task<string> InviteAsync(
        this AtlanticDb db, long customerId, string email, MemberRole role, long? invitedBy, DateTimeOffset now,
        CancellationToken cancellation)
    {
        string token = MailedToken.Next(), roleName = role.ToString().ToLowerInvariant();
        await db.ExecuteSqlAsync($"""
            insert into invitations (customer_id, email, member_role, invited_by, token_hash, expires_at, created_at)
            values ({customerId}, {email}, {roleName}, {invitedBy}::bigint, {MailedToken.HashOf(token)},
                {now + InviteCustomer.Lifetime}, {now})
            on conflict (customer_id, email) do update set member_role = excluded.member_role,
                invited_by = excluded.invited_by, token_hash = excluded.token_hash, expires_at = excluded.expires_at,
                created_at = excluded.created_at
            """, cancellation);
        return token;
    }

    /// <summary>The same to the staff.</summary>
    public static async Task<string> InviteToStaffAsync(
        this AtlanticDb db, string email, string role, long invitedBy, DateTimeOffset now, CancellationToken cancellation)
    {
        string token = MailedToken.Next();
        await db.ExecuteSqlAsync($"""
            insert into invitations (email, staff_role, invited_by, token_hash, expires_at, created_at)
            values ({email}, {role}, {invitedBy}, {MailedToken.HashOf(token)}, {now + InviteCustomer.Lifetime}, {now})
            on conflict (email) where customer_id is null do update set staff_role = excluded.staff_role,
                invited_by = excluded.invited_by, token_hash = excluded.token_hash, expires_at = excluded.expires_at,
                created_at = excluded.created_at
            """, cancellation);
        return token;
    }
}
