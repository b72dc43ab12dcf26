using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;
using AtlanticProxy.ControlPlane.Tests.Resale;

namespace AtlanticProxy.ControlPlane.Tests.ApiTokens;

[TestClass]
public sealed class TokenTests
{
    private static readonly IPAddress Here = IPAddress.Parse("203.0.113.7");

    [TestMethod]
    public async Task Token_OfAPerson_IsLetInAsTheyAreNow()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (actor, customer) = await PersonAsync(plane, MemberRole.Developer);
        var made = (await CreateAsync(plane, actor)).Value;
        Assert.DoesNotContain(made.Token, made.ToString());

        var (holder, refusal) = await EnterAsync(plane, made.Token);

        Assert.IsNull(refusal);
        Assert.AreEqual((actor.UserId, customer, (MemberRole?)MemberRole.Developer, Roles.Customer, "ann@example.com"),
            (holder!.UserId!.Value, holder.CustomerId!.Value, holder.MemberRole, holder.Role, holder.Name));
        Assert.AreEqual(TokenScope.UsageRead, holder.Scopes.Single());
        await plane.Database.ExecuteAsync("update users set member_role = 'billing'");
        Assert.AreEqual(MemberRole.Billing, (await EnterAsync(plane, made.Token)).Holder!.MemberRole);
        var listed = (await ListAsync(plane, actor)).Single();
        Assert.AreEqual((made.Id, "ann@example.com", TokenText.PrefixOf(made.Token), plane.Time.GetUtcNow()),
            (listed.Id, listed.Owner, listed.Prefix, listed.LastUsedAt!.Value));
    }

    [TestMethod]
    public async Task Token_ThatIsNotGood_SaysWhy()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (actor, customer) = await PersonAsync(plane, MemberRole.Owner);
        var made = (await CreateAsync(plane, actor, expires: plane.Time.GetUtcNow().AddDays(1),
            networks: ["203.0.113.0/24", "203.0.113.0/24", "2001:db8::1"])).Value;
        Assert.AreEqual("203.0.113.0/24 2001:db8::1",
            string.Join(' ', (await ListAsync(plane, actor)).Single().AllowedNetworks));

        async Task IsAsync(TokenRefusal? refusal, IPAddress? from = null) =>
            Assert.AreEqual(refusal, (await EnterAsync(plane, made.Token, from ?? Here)).Refusal);

        await IsAsync(null);
        await IsAsync(TokenRefusal.AddressForbidden, IPAddress.Parse("198.51.100.1"));
        Assert.AreEqual(TokenRefusal.AddressForbidden, (await plane.AskAsync((TokenEntrance entrance) =>
            entrance.EnterAsync(made.Token, null, default))).Refusal);
        Assert.AreEqual(TokenRefusal.Malformed, (await EnterAsync(plane, made.Token[..^1])).Refusal);
        Assert.AreEqual(TokenRefusal.Unknown, (await EnterAsync(plane, TokenText.Next())).Refusal);

        await plane.AskAsync((SetCustomerState set) => set.ExecuteAsync(new(customer, CustomerState.Suspended), default));
        await IsAsync(TokenRefusal.Suspended);
        await plane.AskAsync((SetCustomerState set) => set.ExecuteAsync(new(customer, CustomerState.Active), default));

        await plane.Database.ExecuteAsync($"update customers set second_factor_since = '{plane.Time.GetUtcNow():O}'");
        await IsAsync(null);
        await plane.Database.ExecuteAsync(
            $"update customers set second_factor_since = '{plane.Time.GetUtcNow().AddDays(-8):O}'");
        await plane.Database.ExecuteAsync("update users set created_at = created_at - interval '30 days'");
        await IsAsync(TokenRefusal.SecondFactorDue);
        await plane.Database.ExecuteAsync("update users set two_factor_enabled = true");
        await IsAsync(null);

        plane.Time.Advance(TimeSpan.FromDays(1));
        await IsAsync(TokenRefusal.Expired);
        Assert.IsTrue((await RevokeAsync(plane, actor, made.Id)).IsSuccess);
        await IsAsync(TokenRefusal.Revoked);
        Assert.AreEqual("token.not_found", (await RevokeAsync(plane, actor, made.Id)).Codes());
        Assert.IsEmpty(await ListAsync(plane, actor));
        plane.Time.Advance(TimeSpan.FromDays(91));
        await plane.AskAsync((Forgetting forgetting) => forgetting.ExecuteAsync(default));
        await IsAsync(TokenRefusal.Unknown);
    }

    [TestMethod]
    public async Task Service_OutlivesWhoMadeIt_AndEndsWithTheCustomer()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (actor, customer) = await PersonAsync(plane, MemberRole.Owner);
        var personal = (await CreateAsync(plane, actor)).Value;
        var service = (await CreateAsync(plane, actor, TokenKind.Service)).Value;
        Assert.AreEqual("token.kind_forbidden@Kind",
            (await CreateAsync(plane, actor with { Leads = false }, TokenKind.Service)).Codes());

        var holder = (await EnterAsync(plane, service.Token)).Holder!;
        Assert.AreEqual(((long?)null, "Script", (MemberRole?)MemberRole.Admin), (holder.UserId, holder.Name, holder.MemberRole));
        await plane.Database.ExecuteAsync("delete from users");
        Assert.AreEqual(TokenRefusal.Unknown, (await EnterAsync(plane, personal.Token)).Refusal);
        Assert.IsNull((await EnterAsync(plane, service.Token)).Refusal);
        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(customer), default));
        Assert.AreEqual(TokenRefusal.Unknown, (await EnterAsync(plane, service.Token)).Refusal);
    }

    [TestMethod]
    public async Task Tokens_OfOthers_AreSeenByLeadsAlone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, _) = await PersonAsync(plane, MemberRole.Developer);
        var (bob, _) = await PersonAsync(plane, MemberRole.Owner, "bob@example.com");
        var made = (await CreateAsync(plane, ann)).Value;

        Assert.IsEmpty(await ListAsync(plane, bob with { Leads = true }));
        Assert.AreEqual("token.not_found", (await RevokeAsync(plane, bob with { Leads = true }, made.Id)).Codes());
        Assert.AreEqual("token.not_found", (await RevokeAsync(plane, new(bob.UserId, null, true), made.Id)).Codes());
        Assert.AreEqual("token.not_found",
            (await RevokeAsync(plane, new(bob.UserId, ann.CustomerId, false), made.Id)).Codes());
        Assert.IsTrue((await RevokeAsync(plane, new(bob.UserId, ann.CustomerId, true), made.Id)).IsSuccess);
    }

    [TestMethod]
    public async Task Create_WhatCannotBe_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, _) = await PersonAsync(plane, MemberRole.Developer);

        Assert.AreEqual("token.name_invalid@Name token.scopes_invalid@Scopes token.expiry_past@ExpiresAt "
            + "token.network_invalid@AllowedNetworks",
            (await plane.AskAsync((CreateToken create) => create.ExecuteAsync(new(
                ann, TokenKind.Personal, " ", [], plane.Time.GetUtcNow(), ["everywhere"]), default))).Codes());
        Assert.AreEqual("token.scopes_invalid@Scopes", (await CreateAsync(plane, ann, scope: "customers:read")).Codes());
        Assert.AreEqual("token.scopes_invalid@Scopes", (await CreateAsync(plane, ann, scope: "all")).Codes());
        Assert.AreEqual("token.too_many_networks@AllowedNetworks", (await CreateAsync(plane, ann,
            networks: [.. Enumerable.Range(0, 51).Select(i => $"10.0.0.{i}")])).Codes());
        Assert.AreEqual("token.kind_forbidden@Kind", (await CreateAsync(plane, ann, TokenKind.Staff)).Codes());
        Assert.AreEqual("token.kind_forbidden@Kind",
            (await CreateAsync(plane, ann with { CustomerId = null }, TokenKind.Personal)).Codes());
        for (int i = 0; i < CreateToken.MaxTokens; i++)
            Assert.IsTrue((await CreateAsync(plane, ann)).IsSuccess);
        Assert.AreEqual("token.too_many", (await CreateAsync(plane, ann)).Codes());
    }

    [TestMethod]
    public async Task Token_IsAudited_WithoutWhatItIs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, _) = await PersonAsync(plane, MemberRole.Developer);
        await using (var scope = plane.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<Authorship>().Author =
                new(AuthorKind.Customer, "ann@example.com", "POST /api-access/new", ann.UserId);
            var made = await scope.ServiceProvider.GetRequiredService<CreateToken>().ExecuteAsync(
                new(ann, TokenKind.Personal, "Script", ["usage:read"], null, []), default);
            await EnterAsync(plane, made.Value.Token);
            await scope.ServiceProvider.GetRequiredService<RevokeToken>().ExecuteAsync(new(ann, made.Value.Id), default);
        }

        Assert.AreEqual("added Script •, removed Script ", await plane.Database.ScalarAsync<string>("""
            select string_agg(concat_ws(' ', change, label, coalesce(after ->> 'token_hash', '')), ', ' order by id)
            from audit_entries where object = 'api_tokens'
            """));
    }

    [TestMethod]
    public async Task IdempotencyBook_TheSameKey_IsAnsweredTheSame_ForADay()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, _) = await PersonAsync(plane, MemberRole.Developer);
        long token = (await CreateAsync(plane, ann)).Value.Id;
        byte[] one = [1], other = [2];

        Task<(IdempotencyState, string?)> BeginAsync(byte[] hash) =>
            plane.AskAsync((IdempotencyBook book) => book.BeginAsync(token, "key", hash, default));

        Assert.AreEqual((IdempotencyState.New, null), await BeginAsync(one));
        Assert.AreEqual((IdempotencyState.Begun, null), await BeginAsync(one));
        Assert.AreEqual((IdempotencyState.Differs, null), await BeginAsync(other));
        await plane.AskAsync(async (IdempotencyBook book) =>
        {
            await book.ForgetAsync(token, "key", default);
            return 0;
        });
        Assert.AreEqual((IdempotencyState.New, null), await BeginAsync(other));
        await plane.AskAsync(async (IdempotencyBook book) =>
        {
            await book.FinishAsync(token, "key", "{\"a\":1}", default);
            return 0;
        });
        Assert.AreEqual((IdempotencyState.Done, "{\"a\":1}"), await BeginAsync(other));
        plane.Time.Advance(IdempotencyBook.Kept);
        Assert.AreEqual((IdempotencyState.New, null), await BeginAsync(one));
        plane.Time.Advance(IdempotencyBook.Kept + TimeSpan.FromSeconds(1));
        await plane.AskAsync((Forgetting forgetting) => forgetting.ExecuteAsync(default));
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from idempotent_requests"));
    }

    [TestMethod]
    public async Task Token_OfAResellersCustomer_RestsWithWhoeverSellsToIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync();
        var sam = (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("sam@example.com", "Sam", SellerId: rita.Customer.Id), default))).Value;
        var made = (await CreateAsync(plane, await LoginAsync(plane, sam.Id, sam.Email, MemberRole.Owner))).Value;
        async Task IsAsync(TokenRefusal? refusal) =>
            Assert.AreEqual(refusal, (await EnterAsync(plane, made.Token)).Refusal);

        await IsAsync(null);
        await plane.Database.ExecuteAsync($"update customers set held_by_seller = true where id = {sam.Id}");
        await IsAsync(TokenRefusal.Suspended);
        await plane.Database.ExecuteAsync($"update customers set held_by_seller = false where id = {sam.Id}");
        await IsAsync(null);
        await plane.AskAsync((SetCustomerState set) =>
            set.ExecuteAsync(new(rita.Customer.Id, CustomerState.Suspended), default));
        await IsAsync(TokenRefusal.Suspended);
    }

    private static async Task<(TokenActor Actor, long Customer)> PersonAsync(
        ControlPlaneTest plane, MemberRole role, string email = "ann@example.com")
    {
        var customer = await plane.CustomerAsync(email);
        return (await LoginAsync(plane, customer.Id, email, role), customer.Id);
    }

    private static async Task<TokenActor> LoginAsync(ControlPlaneTest plane, long customer, string email, MemberRole role)
    {
        long user = (await plane.AskAsync((CreateCustomerLogin login) =>
            login.ExecuteAsync(new(customer, "correct-horse-battery", email, role), default))).Value;
        return new(user, customer, Leads: role == MemberRole.Owner);
    }

    private static Task<Result<CreatedToken>> CreateAsync(
        ControlPlaneTest plane, TokenActor by, TokenKind kind = TokenKind.Personal, DateTimeOffset? expires = null,
        string[]? networks = null, string scope = "usage:read") =>
        plane.AskAsync((CreateToken create) => create.ExecuteAsync(
            new(by, kind, " Script ", [scope, scope], expires, networks ?? []), default));

    private static Task<(TokenHolder? Holder, TokenRefusal? Refusal)> EnterAsync(
        ControlPlaneTest plane, string token, IPAddress? from = null) =>
        plane.AskAsync((TokenEntrance entrance) => entrance.EnterAsync(token, from ?? Here, default));

    private static Task<Result> RevokeAsync(ControlPlaneTest plane, TokenActor by, long id) =>
        plane.AskAsync((RevokeToken revoke) => revoke.ExecuteAsync(new(by, id), default));

    private static Task<IReadOnlyList<TokenSummary>> ListAsync(ControlPlaneTest plane, TokenActor by) =>
        plane.AskAsync((TokenQueries tokens) => tokens.ListAsync(by, default));
}
