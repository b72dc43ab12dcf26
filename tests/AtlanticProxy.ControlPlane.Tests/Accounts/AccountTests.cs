using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class AccountTests
{
    private const string Password = "a long enough phrase";

    private static Task<Result<long>> StaffAsync(
        ControlPlaneTest plane, string email, string role = Roles.Owner, string password = Password) =>
        plane.AskAsync((CreateStaffUser create) => create.ExecuteAsync(new(email, password, role), default));

    [TestMethod]
    public async Task CreateStaff_FirstOwner_CanSignInAndIsListed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Assert.IsFalse(await plane.AskAsync((AccountQueries q) => q.AnyOwnerAsync(default)));

        long id = (await StaffAsync(plane, "Boss@Example.com")).Value;

        Assert.IsTrue(await plane.AskAsync((AccountQueries q) => q.AnyOwnerAsync(default)));
        Assert.AreEqual(new AccountSummary(id, "boss@example.com", Roles.Owner, null, plane.Time.Now),
            (await plane.AskAsync((AccountQueries q) => q.ListAsync(null, default))).Single());
        await plane.AskAsync(async (UserManager<AppUser> users) =>
        {
            var user = await users.FindByEmailAsync("BOSS@example.com");
            Assert.IsTrue(await users.CheckPasswordAsync(user!, Password));
            Assert.IsFalse(await users.CheckPasswordAsync(user!, "wrong"));
            Assert.IsTrue(await users.GetLockoutEnabledAsync(user!));
            return 0;
        });
    }

    [TestMethod]
    [DataRow("nobody", Roles.Owner, Password, "account.email_invalid@Email")]
    [DataRow("a@example.com", Roles.Customer, Password, "account.role_unknown@Role")]
    [DataRow("a@example.com", "King", Password, "account.role_unknown@Role")]
    [DataRow("a@example.com", Roles.Support, "short", "account.password_weak@Password account.password_weak@Password")]
    [DataRow("a@example.com", Roles.Support, "aaaaaaaaaaaaaaaa", "account.password_weak@Password")]
    public async Task CreateStaff_Invalid_SaysWhatIsWrongAndStoresNothing(
        string email, string role, string password, string codes)
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual(codes, (await StaffAsync(plane, email, role, password)).Codes());
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from users"));
    }

    [TestMethod]
    public async Task CreateStaff_TakenEmail_IsOneConflict()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await StaffAsync(plane, "boss@example.com");

        var refusal = await StaffAsync(plane, "BOSS@example.com", Roles.Support);

        Assert.AreEqual("account.email_taken@Email", refusal.Codes());
        Assert.AreEqual(ErrorKind.Conflict, refusal.Errors[0].Kind);
    }

    [TestMethod]
    public async Task CreateCustomerLogin_Valid_CarriesTheCustomerAsAClaim()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        var login = await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer.Id, Password), default));

        Assert.AreEqual("", login.Codes());
        await using var scope = plane.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>().FindByEmailAsync("ann@example.com");
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<AppUser>>().CreateAsync(user!);
        Assert.AreEqual($"{customer.Id}", principal.FindFirstValue(AccountClaims.CustomerId));
        Assert.IsTrue(principal.IsInRole(Roles.Customer));
        Assert.HasCount(1, await plane.AskAsync((AccountQueries q) => q.ListAsync(customer.Id, default)));
        Assert.IsEmpty(await plane.AskAsync((AccountQueries q) => q.ListAsync(null, default)));
    }

    [TestMethod]
    public async Task CreateCustomerLogin_OfNobodyOrBadEmail_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((CreateCustomerLogin c) => c.ExecuteAsync(new(999, Password), default))).Codes());
        Assert.AreEqual("account.email_invalid@Email",
            (await plane.AskAsync((CreateCustomerLogin c) => c.ExecuteAsync(new(customer.Id, Password, "x"), default))).Codes());
        Assert.AreEqual("account.password_weak@Password account.password_weak@Password",
            (await plane.AskAsync((CreateCustomerLogin c) => c.ExecuteAsync(new(customer.Id, "short"), default))).Codes());
        var request = new CreateCustomerLogin.Request(customer.Id, Password);
        Assert.DoesNotContain(Password, request.ToString());
        Assert.DoesNotContain(Password, new CreateStaffUser.Request("boss@example.com", Password, Roles.Owner).ToString());
    }

    [TestMethod]
    public async Task ChangePassword_OfAnAccountThatIsGone_SaysSoAndNeverThePasswords()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var request = new ChangePassword.Request(17, Password, "another long password");

        Assert.AreEqual("account.not_found",
            (await plane.AskAsync((ChangePassword change) => change.ExecuteAsync(request))).Codes());
        Assert.AreEqual("ChangePassword { 17 }", request.ToString());
    }

    [TestMethod]
    public async Task Lockout_AfterRepeatedFailures_HoldsForAWhile()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await StaffAsync(plane, "boss@example.com");

        await plane.AskAsync(async (UserManager<AppUser> users) =>
        {
            var user = (await users.FindByEmailAsync("boss@example.com"))!;
            for (int i = 0; i < users.Options.Lockout.MaxFailedAccessAttempts; i++)
            {
                Assert.IsNull(user.LockoutEnd, $"after {i} failures");
                await users.AccessFailedAsync(user);
            }
            Assert.IsNotNull(user.LockoutEnd);
            return 0;
        });
    }

    [TestMethod]
    public async Task DataProtection_Keys_AreSharedThroughTheDatabaseAndSealed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        string cookie = plane.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("hello");

        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from data_protection_keys"));
        Assert.IsFalse(
            await plane.Database.ScalarAsync<bool>("select position('<key'::bytea in xml_sealed) > 0 from data_protection_keys"));
        await using var other = plane.AnotherNode();
        Assert.AreEqual("hello", other.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(cookie));
    }

    [TestMethod]
    public async Task CreateStaff_TheSameTwiceAtOnce_IsAConflictForOne()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Task<Result<long>> Create() => StaffAsync(plane, "boss@example.com");

        var created = await plane.Database.MeetAsync("lock table users in share mode", Create, Create);

        CollectionAssert.AreEquivalent(new[] { "", "account.email_taken@Email" },
            created.Select(result => result.Codes()).ToList());
    }

    [TestMethod]
    public void Errors_OfIdentity_BecomeOurs()
    {
        var describer = new IdentityErrorDescriber();

        var errors = AccountCreation.Errors(IdentityResult.Failed(
            describer.DuplicateUserName("a"), describer.DuplicateEmail("a"), describer.PasswordMismatch(),
            describer.PasswordTooShort(12), describer.ConcurrencyFailure()));

        CollectionAssert.AreEqual(
            new[]
            {
                "Conflict account.email_taken Email", "Invalid account.password_wrong Password",
                "Invalid account.password_weak Password",
                "Invalid account.concurrency_failure ",
            },
            errors.Select(error => $"{error.Kind} {error.Code} {error.Field}").ToArray());
    }

    [TestMethod]
    public void SignInLink_IsNotInItsText()
    {
        var link = new SignInLink("https://portal.example/sign-in/link?token=secret", DateTimeOffset.UnixEpoch);

        Assert.DoesNotContain("secret", link.ToString());
        Assert.Contains("SignInLink", link.ToString());
    }
}
