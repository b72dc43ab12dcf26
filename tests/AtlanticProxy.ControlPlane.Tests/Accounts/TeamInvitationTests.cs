using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Team;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

/// <summary>Invitations to a customer's team.</summary>
[TestClass]
public sealed partial class TeamInvitationTests
{
    private const string Password = "correct horse battery", Bob = "bob@example.com";

    private static async Task<(ControlPlaneTest Plane, TeamActor Owner)> StartAsync(bool mails = true)
    {
        var plane = await ControlPlaneTest.StartAsync();
        if (mails)
        {
            await plane.AskAsync((SetMail set) => set.ExecuteAsync(
                new(new("127.0.0.1", 9, MailSecurity.None, "", "shop@example.com")), default));
            await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("shop.example", null, false), default));
        }
        long customer = (await plane.CustomerAsync()).Id;
        return (plane, await PersonAsync(plane, customer, "ann@example.com"));
    }

    private static async Task<TeamActor> PersonAsync(
        ControlPlaneTest plane, long customer, string email, MemberRole role = MemberRole.Owner) =>
        new(customer, (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer, Password, email, role), default))).Value);

    private static Task<Result<string>> InviteAsync(
        ControlPlaneTest plane, TeamActor by, string email = Bob, MemberRole role = MemberRole.Developer) =>
        plane.AskAsync((InviteMember invite) => invite.ExecuteAsync(new(by, email, role), default));

    private static Task<Result<AppUser>> AcceptAsync(ControlPlaneTest plane, string token) =>
        plane.AskAsync((AcceptInvitation accept) => accept.ExecuteAsync(new(token, Password), default));

    private static async Task<string> TokenAsync(ControlPlaneTest plane, string email = Bob) => Token().Match(
        await plane.Database.ScalarAsync<string>($"""
            select text_body from mails where recipient = '{email}' and template = 'team_invitation' order by id desc limit 1
            """)).Groups[1].Value;

    private static async Task<PendingInvitation> PendingAsync(ControlPlaneTest plane, TeamActor by) =>
        (await plane.AskAsync((TeamQueries team) => team.FindAsync(by.CustomerId, default))).Invitations.Single();

    [GeneratedRegex(@"/invitation\?token=(\w+)")]
    private static partial Regex Token();

    [TestMethod]
    public async Task Invited_AcceptsOnce_WithTheRoleThatWasGiven()
    {
        var (plane, owner) = await StartAsync();
        await using var running = plane;
        Assert.AreEqual(Bob, (await InviteAsync(plane, owner, "Bob@Example.com")).Value);
        var pending = await PendingAsync(plane, owner);
        Assert.AreEqual((Bob, MemberRole.Developer, "ann@example.com"), (pending.Email, pending.Role, pending.InvitedBy));
        string token = await TokenAsync(plane);

        var person = await plane.AskAsync((AcceptInvitation accept) => accept.InvitedAsync(token, default));
        var accepted = await AcceptAsync(plane, token);

        Assert.AreEqual("ann@example.com", person!.By);
        Assert.AreEqual((owner.CustomerId, MemberRole.Developer), (accepted.Value.CustomerId, accepted.Value.MemberRole));
        Assert.AreEqual("account.invitation_over", (await AcceptAsync(plane, token)).Codes());
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from events where kind = 'customer_created'"),
            "the customer was there");
        Assert.AreEqual("team.is_member@Email", (await InviteAsync(plane, owner)).Codes());
    }

    [TestMethod]
    public async Task Invited_AgainOrTooLateOrWithdrawn_TheLinkIsOver()
    {
        var (plane, owner) = await StartAsync();
        await using var running = plane;
        await InviteAsync(plane, owner);
        string first = await TokenAsync(plane);
        await InviteAsync(plane, owner, role: MemberRole.Viewer);
        string second = await TokenAsync(plane);
        Assert.AreEqual("account.invitation_over", (await AcceptAsync(plane, first)).Codes());

        long id = (await PendingAsync(plane, owner)).Id;
        var withdrawn = await plane.AskAsync((WithdrawInvitation withdraw) => withdraw.ExecuteAsync(new(owner, id), default));

        Assert.AreEqual(Bob, withdrawn.Value);
        Assert.AreEqual("account.invitation_over", (await AcceptAsync(plane, second)).Codes());
        await InviteAsync(plane, owner);
        plane.Time.Advance(InviteCustomer.Lifetime);
        Assert.AreEqual("account.invitation_over", (await AcceptAsync(plane, await TokenAsync(plane))).Codes());
    }

    [TestMethod]
    public async Task Invited_WhoHasAnAccountElsewhere_IsAnsweredAlikeAndGetsNoLink()
    {
        var (plane, owner) = await StartAsync();
        await using var running = plane;
        long other = (await plane.CustomerAsync(Bob)).Id;
        await PersonAsync(plane, other, Bob);

        var invited = await InviteAsync(plane, owner);

        Assert.AreEqual(Bob, invited.Value);
        Assert.AreEqual(Bob, (await PendingAsync(plane, owner)).Email);
        Assert.AreEqual("account_exists",
            await plane.Database.ScalarAsync<string>($"select template from mails where recipient = '{Bob}'"));
    }

    [TestMethod]
    public async Task Admin_InvitesNoOwner_NorWithdrawsTheirInvitation()
    {
        var (plane, owner) = await StartAsync();
        await using var running = plane;
        var admin = await PersonAsync(plane, owner.CustomerId, "admin@example.com", MemberRole.Admin);
        var viewer = await PersonAsync(plane, owner.CustomerId, "viewer@example.com", MemberRole.Viewer);

        Assert.AreEqual("team.owners_only", (await InviteAsync(plane, admin, role: MemberRole.Owner)).Codes());
        Assert.AreEqual("team.not_allowed", (await InviteAsync(plane, viewer, role: MemberRole.Viewer)).Codes());
        Assert.AreEqual("account.email_invalid@Email", (await InviteAsync(plane, admin, "nobody")).Codes());
        await InviteAsync(plane, owner, role: MemberRole.Owner);
        long id = (await PendingAsync(plane, owner)).Id;
        Assert.AreEqual("team.owners_only", (await WithdrawAsync(admin)).Codes());
        var stranger = await PersonAsync(plane, (await plane.CustomerAsync("zoe@example.com")).Id, "zoe@example.com");
        Assert.AreEqual("team.invitation_not_found", (await WithdrawAsync(stranger)).Codes());
        Assert.IsTrue((await WithdrawAsync(owner)).IsSuccess);

        Task<Result<string>> WithdrawAsync(TeamActor by) =>
            plane.AskAsync((WithdrawInvitation withdraw) => withdraw.ExecuteAsync(new(by, id), default));
    }

    [TestMethod]
    public async Task Inviter_RemovedOrDemoted_LeavesNoWayBackIn()
    {
        var (plane, owner) = await StartAsync();
        await using var running = plane;
        var admin = await PersonAsync(plane, owner.CustomerId, "admin@example.com", MemberRole.Admin);
        await InviteAsync(plane, admin);
        string demoted = await TokenAsync(plane);

        await plane.AskAsync((SetMemberRole set) => set.ExecuteAsync(new(owner, admin.UserId, MemberRole.Viewer), default));
        Assert.AreEqual("account.invitation_over", (await AcceptAsync(plane, demoted)).Codes());
        await plane.AskAsync((SetMemberRole set) => set.ExecuteAsync(new(owner, admin.UserId, MemberRole.Admin), default));
        await InviteAsync(plane, admin);
        string removed = await TokenAsync(plane);
        await plane.AskAsync((RemoveMember remove) => remove.ExecuteAsync(new(owner, admin.UserId), default));

        Assert.AreEqual("account.invitation_over", (await AcceptAsync(plane, removed)).Codes());
    }

    [TestMethod]
    public async Task Invited_WhereNoMailCanBeSentOrTheTeamIsFull_IsToldSo()
    {
        var (plane, owner) = await StartAsync(mails: false);
        await using var running = plane;
        Assert.AreEqual("account.no_mail", (await InviteAsync(plane, owner)).Codes());
        var (mailing, actor) = await StartAsync();
        await using var second = mailing;
        await mailing.Database.ExecuteAsync($"""
            insert into invitations (customer_id, email, member_role, token_hash, expires_at, created_at)
            select {actor.CustomerId}, 'p' || i || '@example.com', 'viewer', sha256(i::text::bytea), now(), now()
            from generate_series(1, {InviteMember.MaxPeople - 1}) i
            """);

        Assert.AreEqual("team.full", (await InviteAsync(mailing, actor)).Codes());
    }
}
